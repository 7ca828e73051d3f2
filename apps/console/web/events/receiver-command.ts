import { quoteForShell } from '../samples/call.ts'

/** Starts the reference receiver with the subscription's secret, so that it catches up as the subscription's consumer. */
export function writeReceiverCommand({
  endpoint,
  issuer,
  keyFile,
  topics,
}: {
  endpoint: string
  issuer: string
  keyFile: string
  topics: string[]
}): string {
  return `printf '%s\\n' 'whsec_…' > secrets && chmod 600 secrets
npm run receiver -- --secrets-file secrets --port 4800 \\
  --endpoint ${quoteForShell(endpoint)} --issuer ${quoteForShell(issuer)} --key ${quoteForShell(keyFile)} \\
  --topics ${topics.join(',')}
`
}

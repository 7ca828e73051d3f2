import { quoteForShell, tokenParts, type SampleCall } from './call.ts'

/** For a shell with openssl and curl. */
export function writeCurl(call: SampleCall): string {
  const { header, claims } = tokenParts(call)
  // The end of the claims, `"exp":…}`, is the shell's to write.
  const open = `${JSON.stringify(claims).slice(0, -1)},"exp":`
  return `encode() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }
header=$(printf '%s' ${quoteForShell(JSON.stringify(header))} | encode)
claims=$(printf '%s%s}' ${quoteForShell(open)} "$(($(date +%s) + 300))" | encode)
signature=$(printf '%s' "$header.$claims" | openssl dgst -sha512 -sign ${quoteForShell(call.keyFile)} -binary | encode)

curl -sS ${quoteForShell(call.endpoint)} \\
  -H "authorization: Bearer $header.$claims.$signature" \\
  -H 'content-type: application/json' \\
  --data-binary ${quoteForShell(JSON.stringify({ query: onOneLine(call.query) }))}
`
}

/** White space means nothing in GraphQL outside of texts and comments. */
function onOneLine(query: string): string {
  return /["#]/.test(query) ? query : query.replaceAll(/\s+/g, ' ').trim()
}

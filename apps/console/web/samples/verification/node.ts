/** For Node 20 or newer, with nothing to install. */
export const verifyInNode = `// WEBHOOK_SECRETS='whsec_…' node verify.mjs ID TIMESTAMP SIGNATURES BODY_FILE
import { createHmac, timingSafeEqual } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** Says why a message is not taken, or null. The body is a Buffer: as it came, before anything parses it. */
function findRefusal(secrets, { id, timestamp, signatures, body }, now = Date.now()) {
  if (!/^[^.\\s]+$/.test(id) || !/^\\d{1,12}$/.test(timestamp)) return 'malformed'
  if (Math.abs(now / 1000 - Number(timestamp)) > 300) return 'timestamp'
  const given = signatures
    .split(' ')
    .filter((each) => each.startsWith('v1,'))
    .map((each) => Buffer.from(each.slice(3), 'base64'))
  for (const secret of secrets) {
    const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
    const expected = createHmac('sha256', key).update(\`\${id}.\${timestamp}.\`).update(body).digest()
    if (given.some((each) => each.length === expected.length && timingSafeEqual(each, expected))) return null
  }
  return 'signature'
}

const [id, timestamp, signatures, bodyFile] = process.argv.slice(2)
const secrets = process.env.WEBHOOK_SECRETS.split(' ')
const refusal = findRefusal(secrets, { id, timestamp, signatures, body: readFileSync(bodyFile) })
console.log(refusal ? \`refused: \${refusal}\` : 'good')
process.exitCode = refusal ? 1 : 0
`

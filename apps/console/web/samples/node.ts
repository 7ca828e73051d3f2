import { quote, tokenParts, type SampleCall } from './call.ts'

/** For Node 20 or newer, with nothing to install. */
export function writeNode(call: SampleCall): string {
  return `// node call.mjs, with Node 20 or newer; nothing to install
${writeNodeAsk(call)}
const answer = await ask(${quoteQuery(call.query)})
console.log(JSON.stringify(answer, null, 2))
`
}

/** The part that other programs can begin with: a function \`ask(query, variables)\`. */
export function writeNodeAsk(call: SampleCall): string {
  const { header, claims } = tokenParts(call)
  return `import { createPrivateKey, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'

const key = createPrivateKey(readFileSync(${quote(call.keyFile)}))
const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')

function createToken() {
  const exp = Math.floor(Date.now() / 1000) + 300
  const signed = \`\${encode(${JSON.stringify(header)})}.\${encode({ ...${JSON.stringify(claims)}, exp })}\`
  return \`\${signed}.\${sign('sha512', Buffer.from(signed), key).toString('base64url')}\`
}

async function ask(query, variables) {
  const response = await fetch(${quote(call.endpoint)}, {
    method: 'POST',
    headers: { authorization: \`Bearer \${createToken()}\`, 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  })
  return response.json()
}
`
}

/** A query of several lines stays readable as a template. */
function quoteQuery(query: string): string {
  if (!query.includes('\n')) return quote(query)
  return `\`${query.replaceAll(/[\\`]|\$\{/g, '\\$&')}\``
}

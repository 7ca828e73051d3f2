import { quote, tokenParts, type SampleCall } from './call.ts'

/** For Python 3 with PyJWT, which needs cryptography to sign with RSA. */
export function writePython(call: SampleCall): string {
  const { claims } = tokenParts(call)
  const pairs = Object.entries(claims).map(([name, value]) => `"${name}": ${quote(String(value))}`)
  const headers = call.kid ? `, headers={"kid": ${quote(call.kid)}}` : ''
  return `# pip install pyjwt cryptography
import json
import time
import urllib.request

import jwt

with open(${quote(call.keyFile)}) as file:
    key = file.read()

claims = {${pairs.join(', ')}, "exp": int(time.time()) + 300}
token = jwt.encode(claims, key, algorithm="RS512"${headers})
request = urllib.request.Request(
    ${quote(call.endpoint)},
    data=json.dumps({"query": ${quote(call.query)}}).encode(),
    headers={"authorization": f"Bearer {token}", "content-type": "application/json"},
)
with urllib.request.urlopen(request) as response:
    print(json.dumps(json.load(response), indent=2))
`
}

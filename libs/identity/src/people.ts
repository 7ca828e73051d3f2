import { createPrivateKey, sign } from 'node:crypto'
import type { PrivateServiceJwk } from './keys.ts'

/** The longest that the gateway lets these tokens live. */
const longestSeconds = 300

/** Who a token of the settings graph is for. `import` is how imports and demo data sign their work. */
export interface Person {
  domain: string
  subject: string
  name: string
  role: 'support' | 'auditor' | 'import'
}

/** Signs a token for the settings graph of one domain with the console's key; it lives 300 s (DESIGN, Principals). */
export function signPersonToken(key: PrivateServiceJwk, person: Person, now = Date.now()): string {
  const { domain, subject, name, role } = person
  return signJws(key, 'person+jwt', { sub: subject, name, role, dom: domain }, now)
}

/** Signs a token for the operator graph, as the operator who is named; it lives 300 s (DESIGN, Principals). */
export function signOperatorToken(
  key: PrivateServiceJwk,
  { subject, name }: { subject: string; name: string } = { subject: 'operator', name: 'Operator' },
  now = Date.now(),
): string {
  return signJws(key, 'operator+jwt', { sub: subject, name, role: 'operator' }, now)
}

function signJws(key: PrivateServiceJwk, typ: string, claims: object, now: number): string {
  const issuedAt = Math.floor(now / 1000)
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const signed = `${encode({ alg: 'EdDSA', typ, kid: key.kid })}.${encode({
    iss: key.owner,
    aud: 'gateway',
    ...claims,
    iat: issuedAt,
    exp: issuedAt + longestSeconds,
  })}`
  const privateKey = createPrivateKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: key.x, d: key.d },
    format: 'jwk',
  })
  return `${signed}.${sign(null, Buffer.from(signed), privateKey).toString('base64url')}`
}

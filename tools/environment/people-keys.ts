import { createPrivateKey, sign } from 'node:crypto'
import { generateServiceKey, type PrivateServiceJwk, type PublicServiceJwk } from '@commonchart/identity'
import type { Home } from './home.ts'
import { findJson, writePrivateFile, writePublicFile } from './private-file.ts'
import { toPublic } from './service-keys.ts'

/** The longest that the gateway lets these tokens live. */
const longestSeconds = 300

/** Whose key it is: `console` signs for the people of the settings page, `operator` for the platform's operator. */
export type PeopleKeyOwner = 'console' | 'operator'

/**
 * Makes the key of the console or of the operator unless it is there, and puts its public half into PEOPLE_JWKS. Says
 * whether it was made.
 */
export function ensurePeopleKey(home: Home, owner: PeopleKeyOwner): boolean {
  const file = owner === 'console' ? home.consoleKey : home.operatorKey
  const known = findJson<PrivateServiceJwk>(file)
  const kind = owner === 'console' ? 'person' : 'operator'
  const key = known ?? generateServiceKey({ owner, kinds: [kind], audiences: ['gateway'] }).privateJwk
  if (!known) writePrivateFile(file, JSON.stringify(key, null, 2))
  const listed = findJson<{ keys: PublicServiceJwk[] }>(home.peopleJwks)?.keys ?? []
  if (!listed.some(({ kid }) => kid === key.kid))
    writePublicFile(home.peopleJwks, JSON.stringify({ keys: [...listed, toPublic(key)] }, null, 2))
  return !known
}

/** Who a token of the settings graph is for. `import` is how imports and demo data sign their work. */
export interface Person {
  domain: string
  subject: string
  name: string
  role: 'support' | 'auditor' | 'import'
}

/** Signs a token for the settings graph of one domain with the console's key (DESIGN, Principals). */
export function signPersonToken(key: PrivateServiceJwk, person: Person, now = Date.now()): string {
  const { domain, subject, name, role } = person
  return signJws(key, 'person+jwt', { sub: subject, name, role, dom: domain }, now)
}

/** Signs a token for the operator graph (DESIGN, Principals). */
export function signOperatorToken(key: PrivateServiceJwk, now = Date.now()): string {
  return signJws(key, 'operator+jwt', { sub: 'operator', name: 'Operator', role: 'operator' }, now)
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

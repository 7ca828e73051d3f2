import assert from 'node:assert/strict'
import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { createKeySet, generateServiceKey } from '@commonchart/identity'
import { createConsumerKey, signToken, type SignTokenOptions } from '@commonchart/testing'
import { verifyPersonToken } from './person-token.ts'
import { TokenRefusal } from './token-refusal.ts'

const now = Date.UTC(2027, 0, 4, 12)
const seconds = now / 1000
const rights = { audiences: ['gateway'] }
const console_ = generateServiceKey({ owner: 'console', kinds: ['person'], ...rights })
const operator = generateServiceKey({ owner: 'operator', kinds: ['operator'], ...rights })
const keys = createKeySet({ keys: [console_.publicJwk, operator.publicJwk] })
const privateKeyOf = ({ privateJwk: { x, d } }: typeof operator) =>
  createPrivateKey({ key: { kty: 'OKP', crv: 'Ed25519', x, d }, format: 'jwk' })

function signPerson(options: SignTokenOptions = {}, key = console_, typ = 'person+jwt'): string {
  return signToken({
    algorithm: 'EdDSA',
    privateKey: privateKeyOf(key),
    issuer: key.publicJwk.owner,
    now,
    ...options,
    header: { typ, kid: key.publicJwk.kid, ...options.header },
    claims: {
      aud: 'gateway',
      sub: 'user-1',
      name: 'Sam Support',
      role: 'support',
      dom: typ === 'person+jwt' ? 'north' : undefined,
      iat: seconds,
      ...options.claims,
    },
  })
}
const claims = (extra: Record<string, unknown>) => signPerson({ claims: extra })
const header = (extra: Record<string, unknown>) => signPerson({ header: extra })
const verify = (token: string, kind: 'person' | 'operator' = 'person', domain: string | null = 'north') =>
  verifyPersonToken(token, { kind, domain, keys, now })

test('a person of the console and an operator are let in as who they are', () => {
  const person = { subject: 'user-1', name: 'Sam Support', role: 'support' }
  assert.deepEqual(verify(signPerson()), { kind: 'person', keyId: console_.publicJwk.kid, ...person })
  assert.deepEqual(verify(signPerson({}, operator, 'operator+jwt'), 'operator', null), {
    kind: 'operator',
    keyId: operator.publicJwk.kid,
    ...person,
  })
})

const rsa = createConsumerKey()
const stranger = generateKeyPairSync('ed25519').privateKey
const refused: [name: string, token: string, outward: TokenRefusal['outward']][] = [
  ["a consumer's token", signToken({ privateKey: rsa.privateKey, issuer: 'lab', now }), 'ALGORITHM'],
  ['alg none', signPerson({ algorithm: 'none', header: { alg: 'none' } }), 'ALGORITHM'],
  ['an operator token where people go', signPerson({}, operator, 'operator+jwt'), 'HEADER'],
  ['a plain JWT', header({ typ: 'JWT' }), 'HEADER'],
  ['no kid', header({ kid: undefined }), 'HEADER'],
  ['a header with a jwk', header({ jwk: console_.publicJwk }), 'HEADER'],
  ['a header with crit', header({ crit: ['exp'] }), 'HEADER'],
  ["a person token by the operator's key", signPerson({}, operator, 'person+jwt'), null],
  ['an unknown key', header({ kid: 'other' }), null],
  ["a stranger's signature", signPerson({ privateKey: stranger }), null],
  ['another issuer than the owner of the key', claims({ iss: 'operator' }), null],
  ['an aud of a subgraph', claims({ aud: 'patients' }), 'AUDIENCE'],
  ['no aud', claims({ aud: undefined }), 'AUDIENCE'],
  ['another domain', claims({ dom: 'south' }), 'DOMAIN'],
  ['no domain', claims({ dom: undefined }), 'DOMAIN'],
  ['no name', claims({ name: undefined }), 'CLAIMS'],
  ['no role', claims({ role: 7 }), 'CLAIMS'],
  ['no iat', claims({ iat: undefined }), 'CLAIMS'],
  ['no exp', claims({ exp: undefined }), 'CLAIMS'],
  ['an exp of now', claims({ exp: seconds }), 'EXPIRED'],
  ['an exp 301 s ahead', claims({ exp: seconds + 301 }), 'LIFETIME'],
  ['a token made to live 301 s', claims({ iat: seconds - 100, exp: seconds + 201 }), 'LIFETIME'],
  ['an iat 31 s ahead', claims({ iat: seconds + 31 }), 'NOT_YET_VALID'],
  ['a duplicate dom', signPerson({ payloadText: '{"dom":"north","dom":"south"}' }), 'MALFORMED'],
]

for (const [name, token, outward] of refused)
  test(`refused: ${name}`, () => {
    assert.throws(
      () => verify(token),
      (error) => {
        assert.ok(error instanceof TokenRefusal, String(error))
        assert.equal(error.outward, outward, error.reason)
        return true
      },
    )
  })

test('an operator token that names a domain is refused, and so is a person token where operators go', () => {
  const withDomain = signPerson({ claims: { dom: 'north' } }, operator, 'operator+jwt')
  assert.throws(() => verify(withDomain, 'operator', null), { outward: 'DOMAIN' })
  assert.throws(() => verify(signPerson(), 'operator', null), { outward: 'HEADER' })
})

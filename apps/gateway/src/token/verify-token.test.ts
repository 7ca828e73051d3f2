import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createConsumerKey, signToken, type SignTokenOptions } from '@commonchart/testing'
import { TokenRefusal } from './token-refusal.ts'
import { verifyToken, type TokenConsumer } from './verify-token.ts'

const now = Date.UTC(2027, 0, 4, 12)
const seconds = now / 1000
const north = 1
const south = 2
const key = createConsumerKey()
const second = createConsumerKey()
const stranger = createConsumerKey()

const register = (
  id: string,
  kid: string | null,
  { jwk, thumbprint }: typeof key,
  times: { notBefore?: string; retireAt?: string } = {},
) => ({ ...{ id, kid, jwk, thumbprint }, ...{ notBefore: null, retireAt: null, ...times } })
const at = (offsetMs: number) => new Date(now + offsetMs).toISOString()

function consumer(issuer: string, more: Partial<TokenConsumer> = {}): TokenConsumer {
  const keys = [register(`${issuer}-key`, null, key)]
  return {
    ...{ id: issuer, domainId: north, name: issuer, issuer, active: true, audience: null, keys },
    ...{ scopes: null, ipRanges: null, expiresAt: null, requestsPerMinute: null },
    ...more,
  }
}

const consumers = [
  consumer('lab'),
  consumer('lab-of-south', { domainId: south }),
  consumer('sleeping', { active: false }),
  consumer('keyless', { keys: [] }),
  consumer('named-key', { keys: [register('named', 'k1', key), register('other', 'k2', second)] }),
  consumer('two-for-one-kid', { keys: [register('a', 'k1', key), register('b', 'k1', second)] }),
  consumer('twice'),
  consumer('twice', { id: 'twice-again' }),
  consumer('not-yet', { keys: [register('early', null, key, { notBefore: at(1) })] }),
  consumer('now-on', { keys: [register('begun', null, key, { notBefore: at(0) })] }),
  consumer('retired', { keys: [register('over', null, key, { retireAt: at(0) })] }),
  consumer('retiring', { keys: [register('last', null, key, { retireAt: at(1) })] }),
  consumer('expired', { expiresAt: at(0) }),
  consumer('expiring', { expiresAt: at(1) }),
  consumer('changing', {
    keys: [register('old', 'a', key, { retireAt: at(0) }), register('new', 'b', second)],
  }),
  consumer('strict-audience', { audience: 'https://north.test' }),
]
const registry = {
  findConsumers: (domainId: number, issuer: string) =>
    consumers.filter((each) => each.domainId === domainId && each.issuer === issuer),
}
const verify = (token: string, domainId = north) => verifyToken(token, { domainId, registry, now })

const sign = (options: SignTokenOptions = {}) =>
  signToken({ privateKey: key.privateKey, issuer: 'lab', now, ...options })
const header = (extra: Record<string, unknown>) => sign({ header: extra })
const claims = (extra: Record<string, unknown>) => sign({ claims: extra })
const payload = (text: string) => sign({ payloadText: text })
const part = (token: string, index: number, change: (text: string) => string) =>
  token
    .split('.')
    .map((each, at) => (at === index ? change(each) : each))
    .join('.')

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
/** Changes only bits that decoding throws away: the signature's 256 bytes end in a character with 2 of 6 bits used. */
const changeUnusedBits = (text: string) =>
  `${text.slice(0, -1)}${alphabet[alphabet.indexOf(text.at(-1) ?? '') ^ 1]}`
const withUnusedBitsIn = (index: number) => {
  for (let pad = 0; ; pad++) {
    const token = index === 0 ? header({ pad: 'x'.repeat(pad) }) : claims({ pad: 'x'.repeat(pad) })
    if ((token.split('.')[index] ?? '').length % 4 !== 0) return part(token, index, changeUnusedBits)
  }
}

/** Each token must be refused with this outward reason; null: with the one answer that tells nothing. */
const refused: [name: string, token: string, outward: TokenRefusal['outward'], domainId?: number][] = [
  ['an empty token', '', 'MALFORMED'],
  ['two parts', sign().split('.').slice(0, 2).join('.'), 'MALFORMED'],
  ['four parts', `${sign()}.e30`, 'MALFORMED'],
  ['an encrypted token of five parts', `${sign()}.e30.e30`, 'MALFORMED'],
  ['an empty header', part(sign(), 0, () => ''), 'MALFORMED'],
  ['a 9 KB token', claims({ pad: 'x'.repeat(7000) }), 'MALFORMED'],
  ['a trailing newline', `${sign()}\n`, 'MALFORMED'],
  ['a leading space', ` ${sign()}`, 'MALFORMED'],
  ['a space within', part(sign(), 1, (text) => `${text.slice(0, 5)} ${text.slice(5)}`), 'MALFORMED'],
  ['padding on the signature', `${sign()}==`, 'MALFORMED'],
  ['padding on the claims', part(sign(), 1, (text) => `${text}=`), 'MALFORMED'],
  ['the alphabet of plain base64', part(sign(), 2, (text) => `+/${text.slice(2)}`), 'MALFORMED'],
  [
    'altered unused bits of the last character of the signature',
    part(sign(), 2, changeUnusedBits),
    'MALFORMED',
  ],
  ['altered unused bits of the last character of the header', withUnusedBitsIn(0), 'MALFORMED'],
  ['altered unused bits of the last character of the claims', withUnusedBitsIn(1), 'MALFORMED'],
  ['a header that is no JSON', sign({ headerText: '{"alg":"RS512"' }), 'MALFORMED'],
  ['a header that is an array', sign({ headerText: '["RS512"]' }), 'MALFORMED'],
  ['claims that are null', payload('null'), 'MALFORMED'],
  ['claims that are a string', payload('"lab"'), 'MALFORMED'],
  [
    'claims that begin with a byte order mark',
    payload(`\uFEFF{"iss":"lab","exp":${seconds + 60}}`),
    'MALFORMED',
  ],
  [
    'claims that are not UTF-8',
    part(sign(), 1, () => Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]).toString('base64url')),
    'MALFORMED',
  ],
  ['a duplicate alg', sign({ headerText: '{"alg":"RS512","alg":"RS512"}' }), 'MALFORMED'],
  ['a duplicate alg, one of them none', sign({ headerText: '{"alg":"none","alg":"RS512"}' }), 'MALFORMED'],
  ['a duplicate iss', payload(`{"iss":"lab","iss":"lab","exp":${seconds + 60}}`), 'MALFORMED'],
  [
    'a duplicate iss, one escaped',
    payload(`{"iss":"lab","\\u0069ss":"x","exp":${seconds + 60}}`),
    'MALFORMED',
  ],
  [
    'a duplicate name within a claim',
    payload(`{"iss":"lab","exp":${seconds + 60},"a":[{"b":1,"b":2}]}`),
    'MALFORMED',
  ],
  ['alg none without a signature', sign({ algorithm: 'none', header: { alg: 'none' } }), 'ALGORITHM'],
  ['alg none with a signature', header({ alg: 'none' }), 'ALGORITHM'],
  ['alg None', header({ alg: 'None' }), 'ALGORITHM'],
  ['no alg', header({ alg: undefined }), 'ALGORITHM'],
  ['an alg that is a list', header({ alg: ['RS512'] }), 'ALGORITHM'],
  ['alg rs512 in lower case', header({ alg: 'rs512' }), 'ALGORITHM'],
  ['RS256', sign({ algorithm: 'RS256' }), 'ALGORITHM'],
  ['RS384', sign({ algorithm: 'RS384' }), 'ALGORITHM'],
  ['PS512', sign({ algorithm: 'PS512' }), 'ALGORITHM'],
  [
    "HS512 signed with the public key's PEM",
    sign({ algorithm: 'HS512', secret: key.publicPem }),
    'ALGORITHM',
  ],
  [
    "HS512 signed with the public key's PEM, said to be RS512",
    sign({ algorithm: 'HS512', secret: key.publicPem, header: { alg: 'RS512' } }),
    null,
  ],
  ['RS256 said to be RS512', sign({ algorithm: 'RS256', header: { alg: 'RS512' } }), null],
  ['PS512 said to be RS512', sign({ algorithm: 'PS512', header: { alg: 'RS512' } }), null],
  ['no signature', part(sign(), 2, () => ''), null],
  ['a typ other than JWT', header({ typ: 'at+jwt' }), 'HEADER'],
  ['a typ that is a number', header({ typ: 1 }), 'HEADER'],
  ['an empty kid', header({ kid: '' }), 'HEADER'],
  ['a kid of 129 characters', header({ kid: 'k'.repeat(129) }), 'HEADER'],
  ['a kid that is a path', header({ kid: '../../dev/null' }), 'HEADER'],
  ['a kid that is SQL', header({ kid: "' OR 1=1" }), 'HEADER'],
  ['a kid that is a number', header({ kid: 7 }), 'HEADER'],
  ['a kid that is null', header({ kid: null }), 'HEADER'],
  ['a jwk in the header', header({ jwk: stranger.jwk }), 'HEADER'],
  ['a jku in the header', header({ jku: 'https://example.test/keys' }), 'HEADER'],
  ['an x5u in the header', header({ x5u: 'https://example.test/keys' }), 'HEADER'],
  ['an x5c in the header', header({ x5c: ['MIIB'] }), 'HEADER'],
  ['crit in the header', header({ crit: ['exp'] }), 'HEADER'],
  ['b64 in the header', header({ b64: true }), 'HEADER'],
  ['zip in the header', header({ zip: 'DEF' }), 'HEADER'],
  ['no iss', claims({ iss: undefined }), 'CLAIMS'],
  ['an empty iss', claims({ iss: '' }), 'CLAIMS'],
  ['an iss that is a list', claims({ iss: ['lab'] }), 'CLAIMS'],
  ['no exp', claims({ exp: undefined }), 'CLAIMS'],
  ['an exp that is a string', claims({ exp: String(seconds + 60) }), 'CLAIMS'],
  ['a fractional exp', claims({ exp: seconds + 60.5 }), 'CLAIMS'],
  ['an exp of 1e400', payload('{"iss":"lab","exp":1e400}'), 'CLAIMS'],
  ['an exp that is null', claims({ exp: null }), 'CLAIMS'],
  ['an exp of now', claims({ exp: seconds }), 'EXPIRED'],
  ['an exp in the past', claims({ exp: seconds - 1 }), 'EXPIRED'],
  ['a negative exp', claims({ exp: -1 }), 'EXPIRED'],
  ['an exp 901 s ahead', claims({ exp: seconds + 901 }), 'LIFETIME'],
  ['an exp in milliseconds', claims({ exp: now + 60_000 }), 'LIFETIME'],
  ['an nbf 31 s ahead', claims({ nbf: seconds + 31 }), 'NOT_YET_VALID'],
  ['an iat 31 s ahead', claims({ iat: seconds + 31 }), 'NOT_YET_VALID'],
  ['an nbf that is a string', claims({ nbf: String(seconds) }), 'CLAIMS'],
  ['an iat of 1e400', payload(`{"iss":"lab","exp":${seconds + 60},"iat":1e400}`), 'CLAIMS'],
  ['an unknown issuer', sign({ issuer: 'nobody' }), null],
  ['an issuer in another case', sign({ issuer: 'LAB' }), null],
  ['the issuer of another domain', sign({ issuer: 'lab-of-south' }), null],
  ['a token for one domain in another', sign(), null, south],
  ['a deactivated consumer', sign({ issuer: 'sleeping' }), null],
  ['a consumer without keys', sign({ issuer: 'keyless' }), null],
  ['two active consumers with one issuer', sign({ issuer: 'twice' }), null],
  ['an unknown kid where every key has one', sign({ issuer: 'named-key', header: { kid: 'k3' } }), null],
  ["the kid of another of the consumer's keys", sign({ issuer: 'named-key', header: { kid: 'k2' } }), null],
  ['two keys for one kid', sign({ issuer: 'two-for-one-kid', header: { kid: 'k1' } }), null],
  ["a stranger's signature", sign({ privateKey: stranger.privateKey }), null],
  [
    'an altered claim',
    part(sign(), 1, () => Buffer.from(`{"iss":"lab","exp":${seconds + 61}}`).toString('base64url')),
    null,
  ],
  ['a key before its time', sign({ issuer: 'not-yet' }), null],
  ['a key from the moment on at which it retires', sign({ issuer: 'retired' }), null],
  ['a retired key while another is accepted', sign({ issuer: 'changing' }), null],
  ['a consumer from the moment on at which it expires', sign({ issuer: 'expired' }), 'CONSUMER_EXPIRED'],
  [
    "an expired consumer, a stranger's signature",
    sign({ issuer: 'expired', privateKey: stranger.privateKey }),
    null,
  ],
  [
    'another aud than the configured one',
    sign({ issuer: 'strict-audience', claims: { aud: 'elsewhere' } }),
    'AUDIENCE',
  ],
  ['no aud where one is configured', sign({ issuer: 'strict-audience' }), 'AUDIENCE'],
]

for (const [name, token, outward, domainId] of refused)
  test(`refused: ${name}`, async () => {
    await assert.rejects(verify(token, domainId), (error) => {
      assert.ok(error instanceof TokenRefusal, String(error))
      assert.equal(error.outward, outward, error.reason)
      return true
    })
  })

const accepted: [name: string, token: string, keyId?: string][] = [
  ['the plain token of CHR: iss and exp', payload(`{"iss":"lab","exp":${seconds + 300}}`)],
  ['no typ', header({ typ: undefined })],
  ['a typ in lower case', header({ typ: 'jwt' })],
  ['an exp 900 s ahead', claims({ exp: seconds + 900 })],
  ['an exp one second ahead', claims({ exp: seconds + 1 })],
  ['an unknown kid with a key registered without one', header({ kid: 'unheard-of' })],
  ['a kid that is a UUID', header({ kid: '0190c9a4-7d3b-7cc1-9f0a-3f1a2b3c4d5e' })],
  ['a kid that is a thumbprint', header({ kid: key.thumbprint })],
  ['a kid of 128 characters', header({ kid: 'k'.repeat(128) })],
  ['a kid of every character allowed', header({ kid: 'aZ09._~:-' })],
  ['an x5t header', header({ x5t: 'dGhlIHRodW1icHJpbnQ' })],
  ['an x5t#S256 and a cty header', header({ 'x5t#S256': 'dGhl', cty: 'x' })],
  ['an aud that is a string', claims({ aud: 'anything' })],
  ['an aud that is a list', claims({ aud: ['a', 'b'] })],
  ['an aud that is an object', claims({ aud: { any: 1 } })],
  ['an nbf and an iat 30 s ahead', claims({ nbf: seconds + 30, iat: seconds + 30 })],
  ['an iat long ago', claims({ iat: 1 })],
  ['a fractional iat', claims({ iat: seconds - 0.5 })],
  ['a jti, a sub and claims of its own', claims({ jti: 'x', sub: 'y', own: { a: [1, { b: 2 }] } })],
  ['the same name in different objects', claims({ a: { iss: 1 }, b: [{ exp: 1 }, { exp: 2 }] })],
  ['white space in the JSON', payload(` {\n "iss" : "lab",\t"exp": ${seconds + 60} }`)],
  ['an iss with an escape', payload(`{"iss":"l\\u0061b","exp":${seconds + 60}}`)],
  ['the kid of its key', sign({ issuer: 'named-key', header: { kid: 'k1' } }), 'named'],
  ['no kid where every key has one', sign({ issuer: 'named-key' }), 'named'],
  ['no kid, signed by the second key', sign({ issuer: 'named-key', privateKey: second.privateKey }), 'other'],
  ['a key from the moment on at which it begins', sign({ issuer: 'now-on' }), 'begun'],
  ['a key until the moment at which it retires', sign({ issuer: 'retiring' }), 'last'],
  ['the key that took over', sign({ issuer: 'changing', privateKey: second.privateKey }), 'new'],
  ['a consumer until the moment at which it expires', sign({ issuer: 'expiring' })],
  ['the configured aud', sign({ issuer: 'strict-audience', claims: { aud: 'https://north.test' } })],
  [
    'the configured aud in a list',
    sign({ issuer: 'strict-audience', claims: { aud: ['x', 'https://north.test'] } }),
  ],
]

for (const [name, token, keyId] of accepted)
  test(`accepted: ${name}`, async () => {
    const verified = await verify(token)
    assert.equal(verified.consumer.domainId, north)
    if (keyId) assert.equal(verified.keyId, keyId)
  })

test('a token is refused from the second on in which it expires, and its lifetime counts from now rounded up', async () => {
  const verifyAt = (token: string, time: number) =>
    verifyToken(token, { domainId: north, registry, now: time })
  await verifyAt(claims({ exp: seconds + 1 }), now + 999)
  await assert.rejects(verifyAt(claims({ exp: seconds + 1 }), now + 1000), { outward: 'EXPIRED' })
  await verifyAt(claims({ exp: seconds + 901 }), now + 1)
})

test('the log knows that a key is not accepted yet, or has retired, where the answer does not', async () => {
  const reasonOf = (issuer: string) => verify(sign({ issuer })).catch((error: TokenRefusal) => error.reason)
  assert.equal(await reasonOf('not-yet'), 'its key is not accepted yet')
  assert.equal(await reasonOf('retired'), 'its key has retired')
  assert.equal(await reasonOf('changing'), 'its key has retired')
})

import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { decodeProtectedHeader, jwtVerify } from 'jose'
import { createConsumerKey } from './consumer-keys.ts'
import { signToken } from './tokens.ts'

const key = createConsumerKey()

test('a token without overrides is what a consumer signs', async () => {
  const token = signToken({ privateKey: key.privateKey, issuer: 'portal' })
  const { payload, protectedHeader } = await jwtVerify(token, key.publicKey, { algorithms: ['RS512'] })
  assert.equal(payload.iss, 'portal')
  assert.ok((payload.exp ?? 0) > Date.now() / 1000)
  assert.deepEqual(protectedHeader, { alg: 'RS512', typ: 'JWT' })
})

test('each algorithm signs as its name says', async () => {
  for (const algorithm of ['RS256', 'RS384', 'PS512'] as const)
    await jwtVerify(signToken({ privateKey: key.privateKey, algorithm }), key.publicKey, {
      algorithms: [algorithm],
    })
  const secret = Buffer.from(key.publicPem)
  await jwtVerify(signToken({ algorithm: 'HS512', secret }), secret)
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  await jwtVerify(signToken({ algorithm: 'EdDSA', privateKey }), publicKey)
  assert.match(signToken({ algorithm: 'none' }), /\.$/)
})

test('claims, header members and their very text can be overridden', () => {
  const token = signToken({
    privateKey: key.privateKey,
    issuer: 'portal',
    header: { kid: 'a', typ: undefined },
    payloadText: '{"iss":"a","iss":"b"}',
  })
  assert.deepEqual(decodeProtectedHeader(token), { alg: 'RS512', kid: 'a' })
  assert.equal(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString(), '{"iss":"a","iss":"b"}')
})

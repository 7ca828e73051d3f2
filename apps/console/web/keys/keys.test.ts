/// <reference types="node" />
import assert from 'node:assert/strict'
import { createPrivateKey, createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import { test } from 'node:test'
import { makePair } from './pair.ts'
import { NoPrivateKey, readPrivateKey } from './private-key.ts'
import { readPublicKey } from './public-key.ts'
import { mintToken } from './token.ts'

const rsa = (bits: number, exponent?: number) =>
  generateKeyPairSync('rsa', { modulusLength: bits, ...(exponent && { publicExponent: exponent }) })
const spki = { type: 'spki', format: 'pem' } as const
const pair = rsa(2048)
const pkcs8 = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const pkcs1 = pair.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()

test('a public key is read in the forms that the graph takes, with its length and thumbprint', async () => {
  const read = await readPublicKey(`\n${pair.publicKey.export(spki).toString()}\n`)
  const older = await readPublicKey(pair.publicKey.export({ type: 'pkcs1', format: 'pem' }).toString())
  assert.ok(!read.problem && !older.problem)
  assert.equal(read.bits, 2048)
  assert.equal(read.thumbprint, older.thumbprint)
  assert.equal(read.thumbprint, (await readPrivateKey(pkcs8)).thumbprint)
})

test('a private key is known in every form in which somebody may paste it', async () => {
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  const bare = (pem: string) => pem.replaceAll(/-----.*-----/g, '')
  const forms = [
    pkcs8,
    pkcs1,
    bare(pkcs8),
    bare(pkcs1).replaceAll('\n', ''),
    JSON.stringify(pair.privateKey.export({ format: 'jwk' })),
    ec.export({ type: 'sec1', format: 'pem' }).toString(),
    `-----BEGIN PUBLIC KEY-----${bare(pkcs8)}-----END PUBLIC KEY-----`,
    pkcs8.slice(0, 200),
  ]
  for (const form of forms) assert.deepEqual(await readPublicKey(form), { problem: 'private' }, form)
})

test('a key that the graph would refuse is refused as one types, with the same reason', async () => {
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey
  const pem = pair.publicKey.export(spki).toString()
  for (const [text, problem] of [
    [rsa(1024).publicKey.export(spki).toString(), 'tooShort'],
    [rsa(2048, 3).publicKey.export(spki).toString(), 'exponent'],
    [ec.export(spki).toString(), 'notRsa'],
    [pem.slice(0, 300), 'malformed'],
    [pem.replace(/\n.{20}/, '\n'), 'malformed'],
    ['hello', 'malformed'],
  ] as const)
    assert.equal((await readPublicKey(text)).problem, problem, text)
})

test('a token is signed by a private key of either form, and lives 900 s at most', async () => {
  for (const form of [pkcs8, pkcs1]) {
    const { key } = await readPrivateKey(form)
    assert.equal(key.extractable, false)
    const facts = {
      issuer: 'portail d’été',
      audience: 'chart',
      kid: 'k1',
      lifetimeSeconds: 5000,
      nowMs: 1000,
    }
    const [header = '', claims = '', signature = ''] = (await mintToken(key, facts)).split('.')
    const read = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString())
    assert.deepEqual(read(header), { alg: 'RS512', typ: 'JWT', kid: 'k1' })
    assert.deepEqual(read(claims), { iss: 'portail d’été', aud: 'chart', exp: 901 })
    const signed = Buffer.from(`${header}.${claims}`)
    assert.ok(verify('sha512', signed, pair.publicKey, Buffer.from(signature, 'base64url')))
  }
})

test('a file that cannot sign is refused with the reason', async () => {
  const encrypted = pair.privateKey
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
    .toString()
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  for (const [text, problem] of [
    [encrypted, 'encrypted'],
    [pair.publicKey.export(spki).toString(), 'public'],
    [ec.export({ type: 'pkcs8', format: 'pem' }).toString(), 'notRsa'],
    [pkcs8.replace(/\n.{40}/, '\n'), 'malformed'],
    ['', 'malformed'],
  ] as const)
    await assert.rejects(
      readPrivateKey(text),
      (error) => error instanceof NoPrivateKey && error.problem === problem,
    )
})

test('a pair that is made here is one that OpenSSL reads, and both halves belong together', async () => {
  const { privatePem, publicPem } = await makePair()
  const key = createPrivateKey(privatePem)
  assert.equal(key.asymmetricKeyDetails?.modulusLength, 3072)
  assert.equal(createPublicKey(key).export(spki).toString(), publicPem)
})

import assert from 'node:assert/strict'
import { createPrivateKey, createPublicKey } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import {
  createServiceSigner,
  openKeySet,
  verifyIdentity,
  type PrivateServiceJwk,
} from '@commonchart/identity'
import { subgraphNames } from '@commonchart/subgraph-list'
import { compactVerify, jwtVerify } from 'jose'
import { generateConsumerKey, signConsumerToken } from './consumer-key.ts'
import { describeHome, makeHome } from './home.ts'
import { signOperatorToken, signPersonToken } from '@commonchart/identity'
import { ensurePeopleKey } from './people-keys.ts'
import { findJson } from './private-file.ts'
import { ensureRecordKeys } from './record-keys.ts'
import { ensureRolePasswords, ensureServiceKeys } from './service-keys.ts'

const home = describeHome(mkdtempSync(join(tmpdir(), 'commonchart-home-')))
after(() => rmSync(home.folder, { recursive: true, force: true }))
makeHome(home)
ensureServiceKeys(home)
const passwords = ensureRolePasswords(home)
ensurePeopleKey(home, 'console')
ensurePeopleKey(home, 'operator')
ensureRecordKeys(home)

test('every private key and password is in a file that only its owner reads', () => {
  const secret = readdirSync(join(home.folder, 'keys')).filter((name) => !name.endsWith('.jwks.json'))
  assert.equal(secret.length, subgraphNames.length + 6)
  for (const name of secret) assert.equal(statSync(join(home.folder, 'keys', name)).mode & 0o777, 0o600, name)
  assert.equal(statSync(join(home.folder, 'keys')).mode & 0o777, 0o700)
})

test('the published key files hold no private key', () => {
  for (const file of [home.identityJwks, home.peopleJwks])
    assert.equal(readFileSync(file, 'utf8').includes('"d"'), false)
})

test('keys and passwords that are there stay as they are', () => {
  const before = readFileSync(home.identityJwks, 'utf8')
  const recordKeys = [home.recordMasterKeys, home.auditSigningKey].map((file) => readFileSync(file, 'utf8'))
  ensureServiceKeys(home)
  ensureRecordKeys(home)
  assert.equal(readFileSync(home.identityJwks, 'utf8'), before)
  assert.deepEqual(
    [home.recordMasterKeys, home.auditSigningKey].map((file) => readFileSync(file, 'utf8')),
    recordKeys,
  )
  assert.deepEqual(ensureRolePasswords(home), passwords)
  assert.equal(ensurePeopleKey(home, 'operator'), false)
})

test('a subgraph that is new is one that the keys of before may speak to', () => {
  const before = readFileSync(home.identityJwks, 'utf8')
  const { keys } = JSON.parse(before) as { keys: { audiences: string[] }[] }
  for (const key of keys) key.audiences = key.audiences.filter((name) => name !== 'patients')
  writeFileSync(home.identityJwks, JSON.stringify({ keys }))
  const file = home.serviceKeys('gateway')
  const [key] = findJson<PrivateServiceJwk[]>(file) ?? []
  writeFileSync(file, JSON.stringify([{ ...key, audiences: ['appointments'] }]))
  ensureServiceKeys(home)
  assert.equal(readFileSync(home.identityJwks, 'utf8'), before)
})

test('a service’s key is trusted by the others, and no subgraph speaks for a consumer', () => {
  const keys = openKeySet(home.identityJwks)
  const signerOf = (name: string): ReturnType<typeof createServiceSigner> =>
    createServiceSigner(findJson<PrivateServiceJwk[]>(home.serviceKeys(name)) ?? [])
  const identity = {
    ...{ subject: '1', name: 'Portal', role: null, domainId: 1, scopes: null, keyId: '1', ip: null },
    ...{ kind: 'consumer' as const, language: 'en' as const, requestId: 'r', mutations: [] },
  }
  const expected = { audience: 'patients', body: '{}' }
  const token = signerOf('gateway').sign(identity, 'patients', '{}')
  assert.equal(verifyIdentity(keys, token, expected).name, 'Portal')
  const forged = signerOf('appointments').sign(identity, 'patients', '{}')
  assert.throws(() => verifyIdentity(keys, forged, expected), /kind of principal/)
})

test('tokens of people and operators are signed as DESIGN says, and live 300 s', async () => {
  const consoleKey = findJson<PrivateServiceJwk>(home.consoleKey)
  const operatorKey = findJson<PrivateServiceJwk>(home.operatorKey)
  assert.ok(consoleKey && operatorKey)
  const person = { domain: 'north', subject: 'import', name: 'FHIR import', role: 'support' as const }
  for (const [key, token, typ, dom] of [
    [consoleKey, signPersonToken(consoleKey, person), 'person+jwt', 'north'],
    [operatorKey, signOperatorToken(operatorKey), 'operator+jwt', undefined],
  ] as const) {
    const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: key.x }, format: 'jwk' })
    const { payload, protectedHeader } = await compactVerify(token, publicKey)
    assert.deepEqual(protectedHeader, { alg: 'EdDSA', typ, kid: key.kid })
    const claims = JSON.parse(new TextDecoder().decode(payload)) as Record<string, unknown>
    assert.equal(Number(claims.exp) - Number(claims.iat), 300)
    assert.equal(claims.dom, dom)
    assert.equal(claims.aud, 'gateway')
  }
})

test('a consumer’s token is RS512 and lives no longer than 900 s', async () => {
  const { privatePem, publicPem } = await generateConsumerKey()
  const token = signConsumerToken(createPrivateKey(privatePem), { issuer: 'portal', now: 1_000_900 })
  const { payload, protectedHeader } = await jwtVerify(token, createPublicKey(publicPem), {
    currentDate: new Date(1_000_900),
  })
  assert.deepEqual(protectedHeader, { alg: 'RS512', typ: 'JWT' })
  assert.deepEqual(payload, { iss: 'portal', exp: 1900 })
})

test('the keys of the record are as consumers-audit reads them', () => {
  const [master] = findJson<{ id: string; key: string }[]>(home.recordMasterKeys) ?? []
  assert.ok(master?.id)
  assert.equal(Buffer.from(master.key, 'base64').length, 32)
  const signing = findJson<{ name: string; jwk: object }>(home.auditSigningKey)
  assert.ok(signing?.name)
  const key = createPrivateKey({ key: signing.jwk as never, format: 'jwk' })
  assert.equal(key.asymmetricKeyType, 'ed25519')
})

test('a key file that is broken is named in one sentence', () => {
  const file = join(home.folder, 'broken.json')
  writeFileSync(file, '{')
  assert.throws(() => findJson(file), /broken\.json is not JSON/)
})

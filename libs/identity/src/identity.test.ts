import assert from 'node:assert/strict'
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  createKeySet,
  createServiceSigner,
  generateServiceKey,
  IdentityError,
  openKeySet,
  openServiceSigner,
  verifyIdentity,
  type Identity,
} from './index.ts'

const identity: Identity = {
  kind: 'consumer',
  subject: '7',
  name: 'Portal',
  role: null,
  domainId: 3,
  scopes: ['patients:read'],
  keyId: '12',
  ip: '192.0.2.1',
  language: 'fr',
  requestId: 'r-1',
  mutations: [{ key: 'k', fingerprint: 'f', path: 'createPatient' }],
}
const gateway = generateServiceKey({
  owner: 'gateway',
  kinds: ['consumer', 'person'],
  audiences: ['patients', 'appointments'],
})
const keys = createKeySet({ keys: [gateway.publicJwk] })
const now = Date.parse('2026-11-01T12:00:00Z')
const signer = createServiceSigner([gateway.privateJwk], () => now)
const body = '{"query":"{ a }"}'

function refuses(
  reason: RegExp,
  token: string | undefined,
  expected: Partial<{ audience: string; body: string; now: number }> = {},
) {
  assert.throws(
    () => verifyIdentity(keys, token, { audience: 'patients', body, now, ...expected }),
    (error) => error instanceof IdentityError && reason.test(error.reason),
  )
}

test('an identity is read as it was signed', () => {
  assert.deepEqual(
    verifyIdentity(keys, signer.sign(identity, 'patients', body), { audience: 'patients', body, now }),
    identity,
  )
})

test('no token is refused', () => refuses(/none/, undefined))
test('a token for another subgraph is refused', () =>
  refuses(/another service/, signer.sign(identity, 'appointments', body)))
test('a token for another body is refused', () =>
  refuses(/another body/, signer.sign(identity, 'patients', '{}')))
test('a token 60 s old is refused', () => {
  const token = signer.sign(identity, 'patients', body)
  verifyIdentity(keys, token, { audience: 'patients', body, now: now + 59_000 })
  refuses(/expired/, token, { now: now + 60_000 })
  refuses(/expired/, token, { now: now + 61_000 })
})
test('a token from the future is refused', () =>
  refuses(
    /future/,
    createServiceSigner([gateway.privateJwk], () => now + 10_000).sign(identity, 'patients', body),
  ))
test('a key speaks only for the kinds it may', () =>
  refuses(/kind of principal/, signer.sign({ ...identity, kind: 'operator' }, 'patients', body)))
test('a key speaks only to the audiences it may', () =>
  refuses(/may not speak to/, signer.sign(identity, 'consumers-audit', body), {
    audience: 'consumers-audit',
  }))
test('a token signed by an unknown key is refused', () => {
  const stranger = generateServiceKey({ owner: 'gateway', kinds: ['consumer'], audiences: ['patients'] })
  refuses(/unknown/, createServiceSigner([stranger.privateJwk], () => now).sign(identity, 'patients', body))
})
test('no scopes and an empty list of scopes stay apart, and a claim that is no list is refused', () => {
  for (const scopes of [null, [], ['notes:read']]) {
    const token = signer.sign({ ...identity, scopes }, 'patients', body)
    assert.deepEqual(verifyIdentity(keys, token, { audience: 'patients', body, now }).scopes, scopes)
  }
  for (const scopes of ['patients:read', [1], {}])
    refuses(/scopes/, signer.sign({ ...identity, scopes: scopes as string[] }, 'patients', body))
})
test('a token that was altered is refused', () => {
  const [head, payload, signature] = signer.sign(identity, 'patients', body).split('.') as [
    string,
    string,
    string,
  ]
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
  const other = Buffer.from(JSON.stringify({ ...claims, dom: 4 })).toString('base64url')
  refuses(/signature/, `${head}.${other}.${signature}`)
  const none = Buffer.from(
    JSON.stringify({ alg: 'none', typ: 'identity+jwt', kid: gateway.publicJwk.kid }),
  ).toString('base64url')
  refuses(/header/, `${none}.${payload}.${signature}`)
})
test('a key of another service cannot issue in the name of the gateway', () => {
  const patients = generateServiceKey({ owner: 'patients', kinds: ['consumer'], audiences: ['patients'] })
  const set = createKeySet({ keys: [patients.publicJwk] })
  const forged = createServiceSigner([{ ...patients.privateJwk, owner: 'gateway' }], () => now).sign(
    identity,
    'patients',
    body,
  )
  assert.throws(() => verifyIdentity(set, forged, { audience: 'patients', body, now }), /does not own/)
})

test('keys rotate by changing the file: the new one is known at once, the old one until it is removed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'jwks-'))
  const file = join(folder, 'identity.jwks.json')
  const replace = (jwks: unknown): void => {
    writeFileSync(`${file}.new`, typeof jwks === 'string' ? jwks : JSON.stringify(jwks))
    renameSync(`${file}.new`, file)
  }
  const next = generateServiceKey({ owner: 'gateway', kinds: ['consumer'], audiences: ['patients'] })
  replace({ keys: [gateway.publicJwk] })
  const errors: unknown[] = []
  const set = openKeySet(file, { onError: (error) => errors.push(error), checkEveryMs: 0 })
  assert.ok(set.find(gateway.publicJwk.kid))
  replace({ keys: [gateway.publicJwk, next.publicJwk] })
  assert.ok(set.find(next.publicJwk.kid))
  assert.ok(set.find(gateway.publicJwk.kid))
  replace('not json')
  assert.ok(set.find(next.publicJwk.kid), 'a broken file keeps the keys that were there')
  assert.equal(errors.length > 0, true)
  replace({ keys: [next.publicJwk] })
  assert.equal(set.find(gateway.publicJwk.kid), undefined)
  rmSync(folder, { recursive: true })
})

test('a service signs with the first key of its file, also after the file was replaced', () => {
  const folder = mkdtempSync(join(tmpdir(), 'signer-'))
  const file = join(folder, 'keys.json')
  const next = generateServiceKey({ owner: 'gateway', kinds: ['consumer'], audiences: ['patients'] })
  const kidOf = (token: string) =>
    JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid
  writeFileSync(file, JSON.stringify([gateway.privateJwk]))
  const watched = openServiceSigner(file, { checkEveryMs: 0 })
  assert.equal(kidOf(watched.sign(identity, 'patients', body)), gateway.publicJwk.kid)
  writeFileSync(`${file}.new`, JSON.stringify([next.privateJwk, gateway.privateJwk]))
  renameSync(`${file}.new`, file)
  assert.equal(kidOf(watched.sign(identity, 'patients', body)), next.publicJwk.kid)
  rmSync(folder, { recursive: true })
})

import assert from 'node:assert/strict'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { createNoteSigner, parseVerifierKey } from '@commonchart/transparency-log'
import fc from 'fast-check'
import { isSealed, sealLeaf, sealLeaves } from './seal.ts'

const signer = createNoteSigner('example.test/1', generateKeyPairSync('ed25519').privateKey)
const verifier = parseVerifierKey(signer.verifierKey)
assert.ok(verifier)
const hash = (): Uint8Array => new Uint8Array(randomBytes(32))

test('every leaf of a batch is sealed in its place, and in no other', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(20), fc.nat(1_000_000), async (count, first) => {
      const hashes = Array.from({ length: count }, hash)
      const seals = await sealLeaves(signer, first, hashes)
      assert.equal(seals.length, count)
      for (const [at, own] of hashes.entries())
        for (const [other, seal] of seals.entries())
          for (const place of [other - 1, other, other + 1])
            assert.equal(isSealed([verifier], first + place, own, [seal]), at === other && place === other)
    }),
    { numRuns: 8 },
  )
})

test('a seal that one byte was changed of seals nothing', async () => {
  const hashes = Array.from({ length: 7 }, hash)
  const seals = await sealLeaves(signer, 100, hashes)
  fc.assert(
    fc.property(fc.nat(6), fc.nat(200), fc.integer({ min: 1, max: 255 }), (at, byte, flip) => {
      const [leaf, seal] = [hashes[at], seals[at]?.slice()]
      assert.ok(leaf && seal)
      assert.ok(isSealed([verifier], 100 + at, leaf, [seal]))
      const place = byte % seal.length
      seal[place] = (seal[place] ?? 0) ^ flip
      assert.equal(isSealed([verifier], 100 + at, leaf, [seal]), false)
    }),
  )
})

test('a leaf that is sealed alone has the seal of a group of one', async () => {
  const leaf = hash()
  assert.deepEqual((await sealLeaves(signer, 5, [leaf]))[0], sealLeaf(signer, 5, leaf))
})

test('neither nothing, nor half a path, nor another key seals a leaf', async () => {
  const leaf = hash()
  const [seal] = await sealLeaves(signer, 0, [leaf, hash()])
  assert.ok(seal)
  const other = parseVerifierKey(
    createNoteSigner('example.test/1', generateKeyPairSync('ed25519').privateKey).verifierKey,
  )
  assert.ok(other)
  for (const broken of [new Uint8Array(), seal.slice(0, 64), seal.slice(0, 80), seal.slice(0, 65)])
    assert.equal(isSealed([verifier], 0, leaf, [broken]), false)
  assert.equal(isSealed([other], 0, leaf, [seal]), false)
})

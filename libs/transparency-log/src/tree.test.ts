import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { appendLeaf, emptyRange, rootOf } from './compact-range.ts'
import { hashEmptyTree, hashLeaf } from './hashes.ts'
import { proveConsistency, proveInclusion, readCompactRange } from './prove.ts'
import { createLeafHashes, fromHex, readerOf, rootByDefinition, toHex } from './test-tree.ts'
import { verifyConsistency, verifyInclusion } from './verify.ts'

/** The leaves of the reference implementation's tests (certificate-transparency, transparency-dev/merkle). */
const knownLeaves = [
  ...['', '00', '10', '2021', '3031', '40414243', '5051525354555657'],
  '606162636465666768696a6b6c6d6e6f',
].map(fromHex)
const knownRoots = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]

test('the roots of the empty tree and of the known leaves are the published ones', () => {
  assert.equal(toHex(hashEmptyTree()), knownRoots[0])
  let range = emptyRange
  assert.equal(toHex(rootOf(range)), knownRoots[0])
  for (const [at, leaf] of knownLeaves.entries()) {
    range = appendLeaf(range, hashLeaf(leaf))
    assert.equal(toHex(rootOf(range)), knownRoots[at + 1], `${at + 1} leaves`)
  }
})

const sizes = fc.integer({ min: 1, max: 200 })

test('a tree that grew leaf by leaf has the root of the definition, and tells each subtree that it completes', () => {
  fc.assert(
    fc.property(sizes, (size) => {
      const leaves = createLeafHashes(size)
      const nodes = new Map<string, string>()
      let range = emptyRange
      for (const leaf of leaves)
        range = appendLeaf(range, leaf, (level, index, hash) => nodes.set(`${level}:${index}`, toHex(hash)))
      assert.equal(range.size, size)
      assert.equal(toHex(rootOf(range)), toHex(rootByDefinition(leaves)))
      for (let level = 0; 2 ** level <= size; level += 1)
        for (let index = 0; (index + 1) * 2 ** level <= size; index += 1) {
          const under = leaves.slice(index * 2 ** level, (index + 1) * 2 ** level)
          assert.equal(nodes.get(`${level}:${index}`), toHex(rootByDefinition(under)))
        }
    }),
    { numRuns: 30 },
  )
})

test('a tree read at an earlier size has the root that it had then', async () => {
  const leaves = createLeafHashes(150)
  for (let size = 0; size <= 150; size += 1)
    assert.equal(
      toHex(rootOf(await readCompactRange(readerOf(leaves), size))),
      toHex(rootByDefinition(leaves.slice(0, size))),
    )
})

test('each leaf of a tree is proved to be in it, and in no other place', async () => {
  await fc.assert(
    fc.asyncProperty(sizes, fc.nat(), fc.nat(), async (size, of, elsewhere) => {
      const leaves = createLeafHashes(size)
      const index = of % size
      const proof = await proveInclusion(readerOf(leaves), index, size)
      const claim = {
        size,
        leafHash: leaves[index] ?? hashEmptyTree(),
        root: rootByDefinition(leaves),
        proof,
      }
      assert.ok(verifyInclusion({ ...claim, index }))
      if (elsewhere % size !== index) assert.ok(!verifyInclusion({ ...claim, index: elsewhere % size }))
    }),
  )
})

test('each tree is proved to be a prefix of what it grew into, and not of a tree with another leaf', async () => {
  await fc.assert(
    fc.asyncProperty(sizes, fc.nat(), fc.nat(), async (second, of, at) => {
      const first = of % (second + 1)
      const leaves = createLeafHashes(second)
      const proof = await proveConsistency(readerOf(leaves), first, second)
      const firstRoot = rootByDefinition(leaves.slice(0, first))
      const secondRoot = rootByDefinition(leaves)
      assert.ok(verifyConsistency({ first, second, firstRoot, secondRoot, proof }))
      if (first === 0) return
      const forged = [...leaves]
      forged[at % first] = hashLeaf(Uint8Array.of(9))
      const forgedProof = await proveConsistency(readerOf(forged), first, second)
      const claim = { first, second, firstRoot, secondRoot: rootByDefinition(forged) }
      assert.ok(!verifyConsistency({ ...claim, proof: forgedProof }))
      assert.ok(!verifyConsistency({ ...claim, proof }))
    }),
  )
})

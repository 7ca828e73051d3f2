import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hashEmptyTree, type Hash } from './hashes.ts'
import { proveConsistency, proveInclusion } from './prove.ts'
import { createLeafHashes, readerOf, rootByDefinition } from './test-tree.ts'
import { verifyConsistency, verifyInclusion, type ConsistencyClaim, type InclusionClaim } from './verify.ts'

// The kinds of corruption are those of transparency-dev/merkle's probe vectors, made for trees of this library.
const leaves = createLeafHashes(40)
const read = readerOf(leaves)
const rootAt = (size: number): Hash => rootByDefinition(leaves.slice(0, size))
const stranger = new Uint8Array(32).fill(7)

const flip = (hash: Hash): Hash => hash.map((byte, at) => (at === 13 ? byte ^ 16 : byte))
const without = <Item>(list: readonly Item[], at: number): Item[] => list.filter((_, each) => each !== at)

function corruptProofs(proof: readonly Hash[], roots: Hash[]): Record<string, Hash[]> {
  const corrupt: Record<string, Hash[]> = {
    'an empty hash behind': [...proof, new Uint8Array()],
    'a hash behind': [...proof, stranger],
    'a hash before': [stranger, ...proof],
    'the root behind': [...proof, ...roots.slice(-1)],
    'the root before': [...roots.slice(0, 1), ...proof],
    'one short hash': [...proof.slice(0, -1), (proof.at(-1) ?? stranger).slice(0, 31)],
  }
  for (const [at, hash] of proof.entries()) {
    corrupt[`hash ${at} changed`] = proof.map((each, of) => (of === at ? flip(hash) : each))
    corrupt[`hash ${at} missing`] = without(proof, at)
    corrupt[`hash ${at} twice`] = [...proof.slice(0, at), hash, ...proof.slice(at)]
  }
  if (proof.length > 1) {
    corrupt['in reverse'] = [...proof].reverse()
    corrupt['none of it'] = []
  }
  return corrupt
}

const inclusion = [
  ...([
    [0, 1],
    [0, 2],
    [1, 2],
    [0, 8],
    [5, 8],
    [2, 3],
    [1, 5],
    [4, 5],
  ] as const),
  ...([
    [6, 7],
    [31, 32],
    [32, 33],
    [21, 40],
  ] as const),
]
const consistency = [
  ...([
    [1, 1],
    [1, 2],
    [1, 8],
    [6, 8],
    [2, 5],
    [6, 7],
  ] as const),
  ...([
    [7, 8],
    [8, 16],
    [4, 33],
    [21, 40],
    [32, 40],
    [39, 40],
  ] as const),
]
let valid = 0
let invalid = 0

for (const [index, size] of inclusion)
  test(`the leaf ${index} of ${size} is proved, and each corruption of the proof is refused`, async () => {
    const proof = await proveInclusion(read, index, size)
    const right: InclusionClaim = {
      index,
      size,
      leafHash: leaves[index] ?? stranger,
      root: rootAt(size),
      proof,
    }
    assert.ok(verifyInclusion(right))
    const wrong: Record<string, Partial<InclusionClaim>> = {
      'the index before': { index: index - 1 },
      'the index behind': { index: index + 1 },
      'the index that only differs above': { index: index ^ 64 },
      'an index past the end': { index: size },
      'no leaves': { size: 0 },
      'half the leaves': { size: Math.floor(size / 2) },
      'twice the leaves': { size: size * 2 },
      'a broken size': { size: size + 0.5 },
      'another leaf': { leafHash: stranger },
      'a changed leaf': { leafHash: flip(right.leafHash) },
      'no leaf': { leafHash: new Uint8Array() },
      'another root': { root: stranger },
      'a changed root': { root: flip(right.root) },
      'the root of nothing': { root: hashEmptyTree() },
    }
    for (const [kind, of] of Object.entries(corruptProofs(proof, [right.root]))) wrong[kind] = { proof: of }
    for (const [kind, change] of Object.entries(wrong)) {
      assert.ok(!verifyInclusion({ ...right, ...change }), kind)
      invalid += 1
    }
    valid += 1
  })

for (const [first, second] of consistency)
  test(`the tree of ${first} is proved a prefix of that of ${second}, and each corruption is refused`, async () => {
    const proof = await proveConsistency(read, first, second)
    const [firstRoot, secondRoot] = [rootAt(first), rootAt(second)]
    const right: ConsistencyClaim = { first, second, firstRoot, secondRoot, proof }
    assert.ok(verifyConsistency(right))
    const wrong: Record<string, Partial<ConsistencyClaim>> = {
      'from nothing': { first: 0 },
      'from one less': { first: first - 1 },
      'from one more': { first: first + 1 },
      'the sizes exchanged': { first: second + 1, second: first },
      'to twice the size': { second: second * 2 },
      'a negative size': { first: -first },
      'another first root': { firstRoot: stranger },
      'another second root': { secondRoot: stranger },
      'a changed first root': { firstRoot: flip(firstRoot) },
      'the root of nothing': { firstRoot: hashEmptyTree() },
      ...(first < second && { 'the roots exchanged': { firstRoot: secondRoot, secondRoot: firstRoot } }),
    }
    for (const [kind, of] of Object.entries(corruptProofs(proof, [firstRoot, secondRoot])))
      wrong[kind] = { proof: of }
    for (const [kind, change] of Object.entries(wrong)) {
      assert.ok(!verifyConsistency({ ...right, ...change }), kind)
      invalid += 1
    }
    valid += 1
  })

test('the empty tree is a prefix of every tree, with nothing to prove', () => {
  const claim = { first: 0, second: 5, firstRoot: hashEmptyTree(), secondRoot: rootAt(5) }
  assert.ok(verifyConsistency({ ...claim, proof: [] }))
  assert.ok(!verifyConsistency({ ...claim, proof: [stranger] }))
  assert.ok(!verifyConsistency({ ...claim, firstRoot: rootAt(1), proof: [] }))
})

test('there are at least as many vectors as those of transparency-dev/merkle: 196, of which 184 must fail', () => {
  assert.ok(valid + invalid >= 196 && invalid >= 184, `${valid} valid, ${invalid} invalid`)
})

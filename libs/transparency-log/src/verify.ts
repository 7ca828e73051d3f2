import { hashEmptyTree, hashNode, isSameHash, type Hash } from './hashes.ts'

/** A claim that a leaf is in a tree. */
export interface InclusionClaim {
  index: number
  size: number
  leafHash: Hash
  root: Hash
  proof: readonly Hash[]
}

/** A claim that one tree is a prefix of another. */
export interface ConsistencyClaim {
  first: number
  second: number
  firstRoot: Hash
  secondRoot: Hash
  proof: readonly Hash[]
}

/** Whether a proof shows that the leaf is in the tree (RFC 9162, 2.1.3.2). Never throws. */
export function verifyInclusion({ index, size, leafHash, root, proof }: InclusionClaim): boolean {
  if (!isCount(index) || !isCount(size) || index >= size || !areHashes([leafHash, root, ...proof]))
    return false
  let [at, last, hash] = [index, size - 1, leafHash]
  for (const other of proof) {
    if (last === 0) return false
    if (at % 2 === 1 || at === last) {
      hash = hashNode(other, hash)
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, half(last)]
    } else hash = hashNode(hash, other)
    ;[at, last] = [half(at), half(last)]
  }
  return last === 0 && isSameHash(hash, root)
}

/**
 * Whether a proof shows that the first tree is a prefix of the second (RFC 9162, 2.1.4.2). The empty tree is a prefix of
 * every tree, with an empty proof. Never throws.
 */
export function verifyConsistency(claim: ConsistencyClaim): boolean {
  const { first, second, firstRoot, secondRoot, proof } = claim
  if (!isCount(first) || !isCount(second) || first > second) return false
  if (!areHashes([firstRoot, secondRoot, ...proof])) return false
  if (first === 0) return proof.length === 0 && isSameHash(firstRoot, hashEmptyTree())
  if (first === second) return proof.length === 0 && isSameHash(firstRoot, secondRoot)
  if (proof.length === 0) return false
  const [start, ...rest] = isPowerOfTwo(first) ? [firstRoot, ...proof] : proof
  if (!start) return false
  let [at, last] = [first - 1, second - 1]
  while (at % 2 === 1) [at, last] = [half(at), half(last)]
  let [firstHash, secondHash] = [start, start]
  for (const other of rest) {
    if (last === 0) return false
    if (at % 2 === 1 || at === last) {
      firstHash = hashNode(other, firstHash)
      secondHash = hashNode(other, secondHash)
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, half(last)]
    } else secondHash = hashNode(secondHash, other)
    ;[at, last] = [half(at), half(last)]
  }
  return last === 0 && isSameHash(firstHash, firstRoot) && isSameHash(secondHash, secondRoot)
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
}

function areHashes(hashes: readonly Hash[]): boolean {
  return hashes.every((hash) => hash.length === 32)
}

function isPowerOfTwo(value: number): boolean {
  return Number.isInteger(Math.log2(value))
}

/** Sizes go past 32 bits, where shifts do not reach. */
function half(value: number): number {
  return Math.floor(value / 2)
}

import { hashEmptyTree, hashNode, type Hash } from './hashes.ts'

/**
 * All that must be known of a tree to append to it: its size, and the hashes of its complete subtrees, largest first, one
 * for each binary one in the size.
 */
export interface CompactRange {
  size: number
  hashes: readonly Hash[]
}

/** A tree without leaves. */
export const emptyRange: CompactRange = { size: 0, hashes: [] }

/** Called for each subtree that a leaf completes: that of `2 ** level` leaves which is the `index`th of its level. */
export type NodeListener = (level: number, index: number, hash: Hash) => void

/** Gives the tree with one more leaf; at most as many hashes as the size has binary digits. */
export function appendLeaf(range: CompactRange, leafHash: Hash, onNode?: NodeListener): CompactRange {
  const hashes = [...range.hashes]
  let hash = leafHash
  let index = range.size
  for (let level = 0; ; level += 1) {
    onNode?.(level, index, hash)
    const left = index % 2 === 1 ? hashes.pop() : undefined
    if (!left) break
    hash = hashNode(left, hash)
    index = (index - 1) / 2
  }
  return { size: range.size + 1, hashes: [...hashes, hash] }
}

/** The root of a tree (RFC 6962, 2.1). */
export function rootOf({ hashes }: CompactRange): Hash {
  if (hashes.length === 0) return hashEmptyTree()
  return hashes.reduceRight((right, left) => hashNode(left, right))
}

import type { CompactRange } from './compact-range.ts'
import { hashNode, type Hash } from './hashes.ts'
import {
  consistencyRanges,
  inclusionRanges,
  splitIntoSubtrees,
  type LeafRange,
  type Subtree,
} from './subtrees.ts'

/** Reads the hashes of complete subtrees, in the order asked for. */
export type SubtreeReader = (subtrees: readonly Subtree[]) => Promise<readonly Hash[]>

/** Proves that the leaf `index` is in the tree of `size` leaves. Throws `RangeError` when it cannot be. */
export function proveInclusion(read: SubtreeReader, index: number, size: number): Promise<Hash[]> {
  return readRanges(read, inclusionRanges(index, size))
}

/** Proves that the tree of `first` leaves is a prefix of that of `second`. Throws `RangeError` when it cannot be. */
export function proveConsistency(read: SubtreeReader, first: number, second: number): Promise<Hash[]> {
  return readRanges(read, consistencyRanges(first, second))
}

/** Reads the tree as it was when it had `size` leaves. */
export async function readCompactRange(read: SubtreeReader, size: number): Promise<CompactRange> {
  return { size, hashes: await read(splitIntoSubtrees([0, size])) }
}

async function readRanges(read: SubtreeReader, ranges: readonly LeafRange[]): Promise<Hash[]> {
  const parts = ranges.map(splitIntoSubtrees)
  const hashes = await read(parts.flat())
  let taken = 0
  return parts.map(({ length }) => {
    taken += length
    return hashes.slice(taken - length, taken).reduceRight((right, left) => hashNode(left, right))
  })
}

/** The `index`th complete subtree of `2 ** level` leaves; level 0 is the leaves. */
export interface Subtree {
  level: number
  index: number
}

/** The leaves from `begin` up to and without `end`. */
export type LeafRange = readonly [begin: number, end: number]

/** Splits leaves into complete subtrees, largest first, as RFC 6962 splits a tree that begins at `begin`. */
export function splitIntoSubtrees([begin, end]: LeafRange): Subtree[] {
  const subtrees: Subtree[] = []
  for (let at = begin; at < end;) {
    const level = Math.floor(Math.log2(end - at))
    subtrees.push({ level, index: at / 2 ** level })
    at += 2 ** level
  }
  return subtrees
}

/** The ranges whose hashes prove that the leaf `index` is in the tree of `size` leaves, nearest first (PATH, 2.1.1). */
export function inclusionRanges(index: number, size: number): LeafRange[] {
  requireSizes(index >= 0 && index < size, size)
  const ranges: LeafRange[] = []
  for (let begin = 0, end = size; end - begin > 1;) {
    const middle = begin + largestPowerBelow(end - begin)
    if (index < middle) {
      ranges.push([middle, end])
      end = middle
    } else {
      ranges.push([begin, middle])
      begin = middle
    }
  }
  return ranges.reverse()
}

/** The ranges whose hashes prove that the tree of `first` leaves is a prefix of that of `second` (PROOF, 2.1.2). */
export function consistencyRanges(first: number, second: number): LeafRange[] {
  requireSizes(first >= 0 && first <= second, second)
  if (first === 0 || first === second) return []
  const ranges: LeafRange[] = []
  let [begin, end, whole] = [0, second, true]
  while (first !== end) {
    const middle = begin + largestPowerBelow(end - begin)
    if (first <= middle) {
      ranges.push([middle, end])
      end = middle
    } else {
      ranges.push([begin, middle])
      begin = middle
      whole = false
    }
  }
  if (!whole) ranges.push([begin, end])
  return ranges.reverse()
}

function largestPowerBelow(count: number): number {
  return 2 ** Math.floor(Math.log2(count - 1))
}

function requireSizes(inOrder: boolean, size: number): void {
  if (!inOrder || !Number.isSafeInteger(size)) throw new RangeError('the sizes of a proof are not in order')
}

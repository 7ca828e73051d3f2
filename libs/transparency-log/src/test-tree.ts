import { hashLeaf, hashNode, hashEmptyTree, type Hash } from './hashes.ts'
import type { SubtreeReader } from './prove.ts'

/** The root of leaves as the text of RFC 6962, 2.1 says it, without anything remembered. */
export function rootByDefinition(leafHashes: readonly Hash[]): Hash {
  const [only] = leafHashes
  if (!only) return hashEmptyTree()
  if (leafHashes.length === 1) return only
  let split = 1
  while (split * 2 < leafHashes.length) split *= 2
  return hashNode(rootByDefinition(leafHashes.slice(0, split)), rootByDefinition(leafHashes.slice(split)))
}

/** Reads subtrees of leaves that are in memory. */
export function readerOf(leafHashes: readonly Hash[]): SubtreeReader {
  return (subtrees) =>
    Promise.resolve(
      subtrees.map(({ level, index }) =>
        rootByDefinition(leafHashes.slice(index * 2 ** level, (index + 1) * 2 ** level)),
      ),
    )
}

/** Leaves that differ. */
export function createLeafHashes(count: number): Hash[] {
  return Array.from({ length: count }, (_, at) => hashLeaf(new TextEncoder().encode(`leaf ${at}`)))
}

export const fromHex = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'))
export const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

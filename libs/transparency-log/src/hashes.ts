import { hashSha256 } from '#crypto'

/** A SHA-256 hash: 32 bytes. */
export type Hash = Uint8Array

/** SHA-256 over the parts, one after the other. The only place that hashes. */
export function sha256(...parts: Uint8Array[]): Hash {
  return hashSha256(parts)
}

const leafPrefix = Uint8Array.of(0)
const nodePrefix = Uint8Array.of(1)

/** The hash of a leaf's bytes (RFC 6962, 2.1). */
export function hashLeaf(leaf: Uint8Array): Hash {
  return sha256(leafPrefix, leaf)
}

/** The hash of a node over its two children (RFC 6962, 2.1). */
export function hashNode(left: Hash, right: Hash): Hash {
  return sha256(nodePrefix, left, right)
}

/** The root of a tree without leaves (RFC 6962, 2.1). */
export function hashEmptyTree(): Hash {
  return sha256()
}

/** Whether two hashes are the same. */
export function isSameHash(one: Hash, other: Hash): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at])
}

import {
  encodeBase64,
  hashNode,
  type Hash,
  type NoteSigner,
  type NoteVerifier,
} from '@commonchart/transparency-log'

const text = new TextEncoder()

/** So many leaves share a signature at most, a power of two: signing is by far the dearest part of numbering a leaf. */
const largestGroup = 8
const signatureBytes = 64
const hashBytes = 32

/**
 * Seals a leaf in its place in a log: with the checkpoints, seals are what lets a verifier name the one leaf that was
 * tampered with, where a root can only say that there is one.
 */
export function sealLeaf(signer: NoteSigner, sequence: number, leafHash: Hash): Uint8Array {
  return writeSeal(signer.sign(createMessage(signer.name, sequence, 1, leafHash)), 0, [])
}

/**
 * Seals leaves that follow each other from the place `first` on, on other threads. Neighbours share the signature of a
 * small Merkle tree over them, and each bears its own path in it: a seal stands by itself.
 */
export async function sealLeaves(
  signer: NoteSigner,
  first: number,
  leafHashes: readonly Hash[],
): Promise<Uint8Array[]> {
  const groups: Promise<Uint8Array[]>[] = []
  for (let at = 0; at < leafHashes.length;) {
    const size = sizeOfGroup(leafHashes.length - at)
    groups.push(sealGroup(signer, first + at, leafHashes.slice(at, at + size)))
    at += size
  }
  return (await Promise.all(groups)).flat()
}

/** Whether one of the keys has sealed this leaf in this place. */
export function isSealed(
  verifiers: readonly NoteVerifier[],
  sequence: number,
  leafHash: Hash,
  seals: readonly Uint8Array[],
): boolean {
  return seals.some((seal) => {
    const read = readSeal(seal)
    if (!read) return false
    const { signature, index, path } = read
    const root = path.reduce(
      (hash, other, level) => (isRight(index, level) ? hashNode(other, hash) : hashNode(hash, other)),
      leafHash,
    )
    const [start, size] = [sequence - index, 2 ** path.length]
    return verifiers.some((verifier) =>
      isSigned(verifier, createMessage(verifier.name, start, size, root), signature),
    )
  })
}

function sizeOfGroup(left: number): number {
  let size = largestGroup
  while (size > left) size /= 2
  return size
}

async function sealGroup(
  signer: NoteSigner,
  first: number,
  leafHashes: readonly Hash[],
): Promise<Uint8Array[]> {
  const levels = [leafHashes]
  for (let level = leafHashes; level.length > 1; levels.push(level)) level = hashPairs(level)
  const root = levels.pop()?.[0] as Hash
  const signature = await signer.signAside(createMessage(signer.name, first, leafHashes.length, root))
  return leafHashes.map((_, index) => {
    const path = levels.map((level, height) => level[(index >> height) ^ 1] as Hash)
    return writeSeal(signature, index, path)
  })
}

function hashPairs(level: readonly Hash[]): Hash[] {
  const parents: Hash[] = []
  for (let at = 0; at < level.length; at += 2)
    parents.push(hashNode(level[at] as Hash, level[at + 1] as Hash))
  return parents
}

function isRight(index: number, level: number): boolean {
  return ((index >> level) & 1) === 1
}

/** The signature, the leaf's place in its group in one byte, and the hashes beside its path, lowest first. */
function writeSeal(signature: Uint8Array, index: number, path: readonly Hash[]): Uint8Array {
  const seal = new Uint8Array(signatureBytes + 1 + path.length * hashBytes)
  seal.set(signature)
  seal[signatureBytes] = index
  path.forEach((hash, level) => seal.set(hash, signatureBytes + 1 + level * hashBytes))
  return seal
}

function readSeal(seal: Uint8Array): { signature: Uint8Array; index: number; path: Hash[] } | null {
  const index = seal[signatureBytes]
  const height = (seal.length - signatureBytes - 1) / hashBytes
  if (index === undefined || !Number.isInteger(height) || 2 ** height > largestGroup || index >= 2 ** height)
    return null
  const path = Array.from({ length: height }, (_, level) => {
    const start = signatureBytes + 1 + level * hashBytes
    return seal.subarray(start, start + hashBytes)
  })
  return { signature: seal.subarray(0, signatureBytes), index, path }
}

function createMessage(origin: string, first: number, size: number, root: Hash): Uint8Array {
  return text.encode(`commonchart-audit-seal-v1\n${origin}\n${first}\n${size}\n${encodeBase64(root)}\n`)
}

const lastSigned = new WeakMap<NoteVerifier, { message: Uint8Array; signature: Uint8Array }>()

/** The neighbours of a leaf bear the same signature: what was verified last is not verified again. */
function isSigned(verifier: NoteVerifier, message: Uint8Array, signature: Uint8Array): boolean {
  const last = lastSigned.get(verifier)
  if (last && areSame(last.message, message) && areSame(last.signature, signature)) return true
  if (!verifier.verify(message, signature)) return false
  lastSigned.set(verifier, { message, signature: signature.slice() })
  return true
}

function areSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at])
}

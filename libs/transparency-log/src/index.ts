export { decodeBase64, encodeBase64 } from './base64.ts'
export { formatCheckpoint, parseCheckpoint, type Checkpoint } from './checkpoint.ts'
export { appendLeaf, emptyRange, rootOf, type CompactRange, type NodeListener } from './compact-range.ts'
export { hashEmptyTree, hashLeaf, hashNode, isSameHash, type Hash } from './hashes.ts'
export {
  createNoteSigner,
  isKeyName,
  parseVerifierKey,
  type NoteSigner,
  type NoteVerifier,
} from './note-keys.ts'
export { proveConsistency, proveInclusion, readCompactRange, type SubtreeReader } from './prove.ts'
export { openNote, signNote } from './signed-note.ts'
export type { Subtree } from './subtrees.ts'
export { verifyConsistency, verifyInclusion, type ConsistencyClaim, type InclusionClaim } from './verify.ts'

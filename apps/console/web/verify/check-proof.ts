import { encodeLeaf, readEventFacts, type GraphEvent } from '@commonchart/audit'
import {
  decodeBase64,
  encodeBase64,
  hashLeaf,
  openNote,
  parseCheckpoint,
  parseVerifierKey,
  verifyInclusion,
} from '@commonchart/transparency-log'

interface Proof {
  sequence: string
  leaf: string
  leafHash: string
  hashes: readonly string[]
  checkpoint: { text: string; verifierKey: string }
}

/** What is shown in turn, and whether it holds. */
export interface ProofStep {
  step: 'facts' | 'hash' | 'signature' | 'inclusion'
  holds: boolean
}

/**
 * Verifies that an event is in the log of a checkpoint: its leaf is encoded anew from its facts, and nothing that the server says of
 * hashes is taken for granted.
 */
export function checkProof(event: GraphEvent, proof: Proof): ProofStep[] {
  const { checkpoint } = proof
  const verifier = parseVerifierKey(checkpoint.verifierKey)
  const note = verifier && openNote(checkpoint.text, [verifier])
  const signed = note ? parseCheckpoint(note) : null
  const named = parseCheckpoint(checkpoint.text.split('\n\n')[0] + '\n')
  const leaf = encodeLeaf(readEventFacts(event, Number(named?.origin.split('/').at(-1))))
  const leafHash = hashLeaf(leaf)
  const hashes = proof.hashes.map((hash) => decodeBase64(hash) ?? new Uint8Array())
  return [
    { step: 'facts', holds: encodeBase64(leaf) === proof.leaf },
    { step: 'hash', holds: encodeBase64(leafHash) === proof.leafHash },
    { step: 'signature', holds: signed !== null },
    {
      step: 'inclusion',
      holds:
        signed !== null &&
        verifyInclusion({
          index: Number(proof.sequence),
          size: signed.size,
          leafHash,
          root: signed.root,
          proof: hashes,
        }),
    },
  ]
}

import {
  decodeBase64,
  hashLeaf,
  openNote,
  parseCheckpoint,
  verifyInclusion,
  type NoteVerifier,
} from '@commonchart/transparency-log'
import { describeUnsigned } from '@commonchart/audit'
import { readVerifierKey } from './audit-keys.ts'
import { PartlyRefused, UsageError } from './io.ts'
import type { Settings } from './settings.ts'

interface EventProof {
  sequence: string
  leaf: string
  leafHash: string
  hashes: string[]
  checkpoint: { size: string; text: string; verifierKey: string }
}

/** Asks for the proof of an event, checks it from the leaf's bytes up, and prints it. */
export async function proveAuditEvent(
  eventId: string,
  { domain, key }: { domain?: string; key?: string },
  { askOperator, print }: Settings,
): Promise<void> {
  const { auditProof: proof } = (await askOperator(
    `query ($domain: String, $eventId: ID!) { auditProof(domain: $domain, eventId: $eventId) {
      sequence leaf leafHash hashes checkpoint { size text verifierKey } } }`,
    { domain, eventId },
  )) as { auditProof: EventProof | null }
  if (!proof) throw new UsageError('The log has no such event, or no checkpoint covers it yet.')
  const verifier = readVerifierKey(key ?? proof.checkpoint.verifierKey)
  if (openNote(proof.checkpoint.text, [verifier]) === null) {
    const message = `The checkpoint ${describeUnsigned(proof.checkpoint.text, [verifier])}.`
    print({ ...proof, verified: false }, message)
    throw new PartlyRefused(message)
  }
  const verified = checkProof(proof, verifier)
  print({ ...proof, verified }, [
    verified
      ? `The event is leaf ${proof.sequence} of the ${proof.checkpoint.size} that this checkpoint covers:`
      : `The proof of leaf ${proof.sequence} does not lead to this checkpoint:`,
    '',
    proof.checkpoint.text.trimEnd(),
  ])
  if (!verified) throw new PartlyRefused('the proof is wrong')
}

function checkProof({ sequence, leaf, hashes, checkpoint }: EventProof, verifier: NoteVerifier): boolean {
  const opened = openNote(checkpoint.text, [verifier])
  const signed = opened === null ? null : parseCheckpoint(opened)
  const bytes = decodeBase64(leaf)
  const proof = hashes.map((hash) => decodeBase64(hash) ?? new Uint8Array())
  if (!signed || !bytes) return false
  const { size, root } = signed
  return verifyInclusion({ index: Number(sequence), size, leafHash: hashLeaf(bytes), root, proof })
}

import { encodeBase64, type Hash, type NoteSigner, type NoteVerifier } from '@commonchart/transparency-log'

const text = new TextEncoder()

/**
 * Signs that a leaf has its place in a log: with the checkpoints, it is what lets a verifier name the one leaf that was
 * tampered with, where a root can only say that there is one.
 */
export function sealLeaf(signer: NoteSigner, sequence: number, leafHash: Hash): Uint8Array {
  return signer.sign(createMessage(signer.name, sequence, leafHash))
}

/** Whether one of the keys has sealed this leaf in this place. */
export function isSealed(
  verifiers: readonly NoteVerifier[],
  sequence: number,
  leafHash: Hash,
  seals: readonly Uint8Array[],
): boolean {
  return verifiers.some(({ name, verify }) => {
    const message = createMessage(name, sequence, leafHash)
    return seals.some((seal) => verify(message, seal))
  })
}

function createMessage(origin: string, sequence: number, leafHash: Hash): Uint8Array {
  return text.encode(`commonchart-audit-seal-v1\n${origin}\n${sequence}\n${encodeBase64(leafHash)}\n`)
}

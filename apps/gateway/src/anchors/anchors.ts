import { readFileSync } from 'node:fs'
import {
  decodeBase64,
  isSameHash,
  openNote,
  parseCheckpoint,
  parseVerifierKey,
  verifyConsistency,
  type Checkpoint,
  type NoteVerifier,
} from '@commonchart/transparency-log'
import { openAnchorFolder, type AnchorFolder } from './anchor-folder.ts'

/** A checkpoint of one domain's audit log as consumers-audit sends it, with the proof that it grew out of the one seen. */
export interface OfferedCheckpoint {
  domainId: number
  /** A signed note (C2SP signed-note over tlog-checkpoint); null when the log has no checkpoint, though one was seen. */
  text: string | null
  /** The key that signs it, as consumers-audit says; it counts only until one is known. */
  verifierKey: string | null
  /** Hashes in base64. */
  proof: string[]
}

/** A checkpoint that contradicts what was seen before, or that nobody signed. */
export class CheckpointRefused extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'CheckpointRefused'
  }
}

/**
 * The newest checkpoint of each domain's audit log that this gateway saw: evidence outside the database. What is older,
 * inconsistent or not signed by the one key, in the name of the domain's own log, never takes its place.
 */
export class Anchors {
  private readonly kept = new Map<number, Checkpoint>()
  private readonly folder: AnchorFolder | null
  private verifier: NoteVerifier | null

  /** Reads what the folder keeps. Throws when that cannot be read: an anchor is not forgotten in silence. */
  constructor({ folder, keyFile }: { folder: string | null; keyFile: string | null }) {
    this.folder = folder === null ? null : openAnchorFolder(folder)
    const key = keyFile === null ? this.folder?.findKey() : readFileSync(keyFile, 'utf8')
    this.verifier = key === undefined ? null : readVerifier(key)
    for (const [domainId, text] of this.folder?.readAll() ?? [])
      this.kept.set(domainId, this.open(domainId, text, `the anchor of the domain ${domainId}`))
  }

  get hasKey(): boolean {
    return this.verifier !== null
  }

  /** Takes the key that signs from now on, once and for all. Throws `CheckpointRefused` when it is no verifier key. */
  learnKey(verifierKey: string): void {
    this.verifier = readVerifier(verifierKey)
    this.folder?.writeKey(verifierKey)
  }

  /** The size of the newest checkpoint of each domain. */
  get sizes(): Record<string, number> {
    return Object.fromEntries([...this.kept].map(([domainId, { size }]) => [domainId, size]))
  }

  /** Keeps a checkpoint if it continues what was seen. Throws `CheckpointRefused`, keeping what was there. */
  take({ domainId, text, proof }: OfferedCheckpoint): void {
    if (text === null) throw new CheckpointRefused('the log has no checkpoint any more')
    const next = this.open(domainId, text, 'the checkpoint')
    const seen = this.kept.get(domainId)
    if (seen) {
      checkContinues(seen, next, proof)
      if (next.size === seen.size) return
    }
    this.folder?.write(domainId, text)
    this.kept.set(domainId, next)
  }

  /** Each domain's log has a name of its own, `NAME/DOMAIN_ID`, in which the one key signs. */
  private open(domainId: number, text: string, what: string): Checkpoint {
    const [origin = ''] = text.split('\n', 1)
    if (!origin.endsWith(`/${domainId}`)) throw new CheckpointRefused(`${what} is of the log ${origin}`)
    const body = this.verifier && openNote(text, [this.verifier.named(origin)])
    if (body === null) throw new CheckpointRefused(`${what} is not signed by the key that signs checkpoints`)
    const checkpoint = parseCheckpoint(body)
    if (!checkpoint) throw new CheckpointRefused(`${what} cannot be read`)
    return checkpoint
  }
}

function readVerifier(key: string): NoteVerifier {
  const verifier = parseVerifierKey(key.trim())
  if (!verifier)
    throw new CheckpointRefused('the key of the checkpoints is no verifier key (C2SP signed-note)')
  return verifier
}

function checkContinues(seen: Checkpoint, next: Checkpoint, encoded: string[]): void {
  if (next.origin !== seen.origin)
    throw new CheckpointRefused(`the checkpoint is of the log ${next.origin}, not of ${seen.origin}`)
  if (next.size < seen.size)
    throw new CheckpointRefused(`the log has ${next.size} leaves and had ${seen.size}`)
  if (next.size === seen.size) {
    if (isSameHash(next.root, seen.root)) return
    throw new CheckpointRefused(`the log of ${seen.size} leaves has another root than it had`)
  }
  const proof = encoded.map((hash) => decodeBase64(hash) ?? new Uint8Array())
  const claim = { first: seen.size, second: next.size, firstRoot: seen.root, secondRoot: next.root, proof }
  if (!verifyConsistency(claim))
    throw new CheckpointRefused(`the log of ${next.size} leaves does not continue that of ${seen.size}`)
}

import { withDomain } from '@commonchart/database'
import type { InternalEndpoint } from '@commonchart/subgraph'
import { proveConsistency } from '@commonchart/transparency-log'
import { sql, type Kysely } from 'kysely'
import type { Tables } from '../tables.ts'
import { findNewestCheckpoint, writeHashes } from './checkpoints.ts'
import { createSubtreeReader } from './subtrees.ts'

/** The newest checkpoint of a domain, and the proof that the one that was seen is a prefix of it. */
export interface NewCheckpoint {
  domainId: number
  /** 0 when the log has no checkpoint, though one was seen. */
  size: number
  /** The signed note; null when there is none. */
  text: string | null
  verifierKey: string | null
  /** Base64 hashes; empty from nothing, and where the log is shorter than what was seen. */
  proof: string[]
}

/** So many domains are answered at once; who follows asks again with what it has seen since. */
const largestAnswer = 100

/** Answers `/internal/checkpoints`: `{ seen: { domainId: size } }` in, the checkpoints that are other than those out. */
export const answerCheckpoints: InternalEndpoint<Tables> = async ({ db, body }) => {
  const seen = body.seen as Record<string, number>
  const valid =
    seen !== null &&
    typeof seen === 'object' &&
    Object.entries(seen).every(
      ([id, size]) => /^\d{1,9}$/.test(id) && Number.isSafeInteger(size) && size >= 0,
    )
  if (!valid) throw new Error('`seen` says of each domain id which size was seen')
  const { rows } = await sql<{ domainId: number }>`
    SELECT domain_id FROM audit_checkpoints_unseen(${JSON.stringify(seen)}::jsonb) LIMIT ${largestAnswer}`.execute(
    db,
  )
  const checkpoints: NewCheckpoint[] = []
  for (const { domainId } of rows) checkpoints.push(await readCheckpoint(db, domainId, seen[domainId] ?? 0))
  return { checkpoints }
}

function readCheckpoint(db: Kysely<Tables>, domainId: number, seen: number): Promise<NewCheckpoint> {
  return withDomain(db, domainId, async (trx) => {
    const newest = await findNewestCheckpoint(trx, domainId)
    if (!newest) return { domainId, size: 0, text: null, verifierKey: null, proof: [] }
    const size = Number(newest.size)
    const hashes = seen < size ? await proveConsistency(createSubtreeReader(trx, domainId), seen, size) : []
    const { text, verifierKey } = newest
    return { domainId, size, text, verifierKey, proof: writeHashes(hashes) }
  })
}

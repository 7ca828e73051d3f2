import { refusal } from '@commonchart/errors'
import { withDomain } from '@commonchart/database'
import { sql, type Kysely, type Transaction } from 'kysely'
import type { Tables } from '../tables.ts'
import { keptSince, lowestIdAt } from './days.ts'
import { platformDomainId } from './record-callers.ts'

const dayMs = 86_400_000
const minuteMs = 60_000
/** One slice of the period takes about so long; how much of the period that is follows from the last slice. */
const sliceTookMs = 400
const longestDays = 92
const mostListed = 100

/** A change in the audit log whose request the access log does not have. */
export interface UnansweredChange {
  id: string
  requestId: string
  occurredAt: Date
  action: string
  recordType: string | null
  recordId: string | null
}

export interface AccessReconciliation {
  accessRecords: number
  requestLeaves: number
  withoutLeaf: string[]
  withoutRecord: string[]
  unanswered: UnansweredChange[]
  /** Up to when the logs were compared. */
  until: Date
}

/**
 * Compares the access log of a domain with its audit log over a period, one slice after the other, each in a short
 * transaction; after `budgetMs` no further slice begins. Of each kind of fault the first 100 are listed. Throws
 * `BAD_USER_INPUT` for a period that is none.
 */
export async function reconcile(
  db: Kysely<Tables>,
  domainId: number,
  period: { from: Date; to?: Date | null },
  { retentionDays, now, budgetMs }: { retentionDays: number; now: number; budgetMs: number },
): Promise<AccessReconciliation> {
  const end = (period.to ?? new Date(now)).getTime()
  if (end < period.from.getTime() || end - period.from.getTime() > longestDays * dayMs)
    throw refusal(
      'BAD_USER_INPUT',
      `The period ends after it begins, and lasts ${longestDays} days at most.`,
      {
        path: 'to',
      },
    )
  const kept = keptSince(now, retentionDays).getTime()
  const found: AccessReconciliation = {
    accessRecords: 0,
    requestLeaves: 0,
    withoutLeaf: [],
    withoutRecord: [],
    unanswered: [],
    until: new Date(end),
  }
  const begun = performance.now()
  let sliceMs = 10 * minuteMs
  for (let at = Math.max(period.from.getTime(), kept); at < end;) {
    const to = Math.min(at + sliceMs, end)
    const sliceBegun = performance.now()
    const part = await reconcilePart(db, domainId, at, to)
    const tookMs = performance.now() - sliceBegun
    sliceMs = Math.min(Math.max(tookMs > sliceTookMs ? sliceMs / 2 : sliceMs * 4, minuteMs), dayMs)
    found.accessRecords += part.accessRecords
    found.requestLeaves += part.requestLeaves
    for (const kind of ['withoutLeaf', 'withoutRecord', 'unanswered'] as const)
      found[kind] = [...found[kind], ...part[kind]].slice(0, mostListed) as never[]
    at = to
    found.until = new Date(to)
    if (performance.now() - begun > budgetMs) break
  }
  return found
}

type Part = Omit<AccessReconciliation, 'until'>

async function reconcilePart(db: Kysely<Tables>, domainId: number, from: number, to: number): Promise<Part> {
  const [lowest, above] = [lowestIdAt(from), lowestIdAt(to)]
  const part = await withDomain(db, domainId, async (trx) => {
    const { rows } = await sql<{
      records: string
      leaves: string
      withoutLeaf: string[]
      withoutRecord: string[]
    }>`
      WITH records AS MATERIALIZED (
        SELECT id FROM access_log WHERE domain_id = ${domainId} AND id >= ${lowest}::uuid AND id < ${above}::uuid
      ), leaves AS MATERIALIZED (
        SELECT id FROM audit_leaf WHERE domain_id = ${domainId} AND id >= ${lowest}::uuid AND id < ${above}::uuid
          AND kind = 'REQUEST'
      )
      SELECT (SELECT count(*) FROM records) AS records, (SELECT count(*) FROM leaves) AS leaves,
        ARRAY(SELECT id FROM records EXCEPT SELECT id FROM leaves ORDER BY id LIMIT ${mostListed})::text[] AS without_leaf,
        ARRAY(SELECT id FROM leaves EXCEPT SELECT id FROM records ORDER BY id LIMIT ${mostListed})::text[] AS without_record
      `.execute(trx)
    const [row] = rows
    return {
      accessRecords: Number(row?.records),
      requestLeaves: Number(row?.leaves),
      withoutLeaf: row?.withoutLeaf ?? [],
      withoutRecord: row?.withoutRecord ?? [],
      unanswered: await listChangesWithoutRecord(trx, domainId, new Date(from), new Date(to)),
    }
  })
  return { ...part, unanswered: await leaveOutPlatform(db, domainId, part.unanswered) }
}

async function listChangesWithoutRecord(
  trx: Transaction<Tables>,
  domainId: number,
  from: Date,
  to: Date,
): Promise<UnansweredChange[]> {
  const { rows } = await sql<UnansweredChange>`
    SELECT leaf.id, leaf.request_id, leaf.occurred_at, leaf.action, leaf.record_type, leaf.record_id
    FROM audit_leaf leaf
    WHERE leaf.domain_id = ${domainId} AND leaf.kind = 'CHANGE'
      AND leaf.occurred_at >= ${from} AND leaf.occurred_at < ${to}
      AND NOT EXISTS (
        SELECT FROM access_log record WHERE record.domain_id = ${domainId}
          AND record.id = CASE WHEN leaf.request_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
            THEN leaf.request_id::uuid END)
    ORDER BY leaf.occurred_at, leaf.id LIMIT 10000`.execute(trx)
  return rows
}

/** What an operator changes in a domain is in that domain's audit log, and the request in the platform's access log. */
async function leaveOutPlatform(
  db: Kysely<Tables>,
  domainId: number,
  changes: UnansweredChange[],
): Promise<UnansweredChange[]> {
  if (domainId === platformDomainId || changes.length === 0) return changes
  const ids = [...new Set(changes.map(({ requestId }) => requestId))].filter((id) =>
    /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id),
  )
  if (ids.length === 0) return changes
  const rows = await withDomain(db, platformDomainId, (trx) =>
    trx
      .selectFrom('accessLog')
      .select('id')
      .where('domainId', '=', platformDomainId)
      .where('id', 'in', ids)
      .execute(),
  )
  const answered = new Set(rows.map(({ id }) => id))
  return changes.filter(({ requestId }) => !answered.has(requestId))
}

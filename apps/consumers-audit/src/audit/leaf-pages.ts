import type { SequencedLeaf } from '@commonchart/audit'
import { refusal } from '@commonchart/errors'
import { defaultPageSize } from '@commonchart/subgraph'
import { encodeBase64 } from '@commonchart/transparency-log'
import { sql, type Transaction } from 'kysely'
import { readIn } from '../callers.ts'
import type { Context } from '../context.ts'
import type { Tables } from '../tables.ts'
import { isUuid, type AuditEvent } from './audit-list.ts'
import { findLeaves, findListed } from './leaf-facts.ts'

/** A leaf in its place, as the graph gives it. */
export interface PlacedEvent extends Omit<SequencedLeaf, 'sequence' | 'facts'> {
  sequence: string
  listedUnder: string[]
  domainId: number
  event: AuditEvent | null
}

export interface LeafPage<Node> {
  nodes: Node[]
  endCursor: string | null
  hasNextPage: boolean
}

/** A log is verified whole: a request for every hundred of its leaves would take longer than the leaves do. */
const largestLeafPage = 1000

export interface LeafPageArguments {
  after?: string | null
  first?: number | null
}

/** One page of all leaves of a domain in the order of their places; also of places whose leaf is gone. */
export async function listPlacedEvents(
  context: Context,
  domainId: number,
  { after, first }: LeafPageArguments,
): Promise<LeafPage<PlacedEvent>> {
  const size = readSize(first, defaultPageSize, largestLeafPage)
  if (after && !/^\d{1,15}$/.test(after)) throw badCursor()
  return readIn(context, domainId, async (trx) => {
    const places = await trx
      .selectFrom('auditSequence')
      .selectAll()
      .where('domainId', '=', domainId)
      .where('sequence', '>', after || '-1')
      .orderBy('sequence')
      .limit(size + 1)
      .execute()
    const taken = places.slice(0, size)
    const leaves = await findLeaves(
      trx,
      domainId,
      taken.map(({ leafId }) => leafId),
    )
    const listed = await findListed(trx, domainId, [...leaves.values()])
    return {
      nodes: taken.map(({ sequence, leafId, leafHash, seal }) => ({
        ...{ sequence, domainId, event: leaves.get(leafId) ?? null, listedUnder: listed.get(leafId) ?? [] },
        ...{ leafHash: encodeBase64(leafHash), seal: encodeBase64(seal) },
      })),
      endCursor: taken.at(-1)?.sequence ?? null,
      hasNextPage: places.length > size,
    }
  })
}

/** Looks at the next leaves of a domain, in the order of their ids, and gives those that have no place and wait for none. */
export async function listUnsequenced(
  context: Context,
  domainId: number,
  { after, first }: LeafPageArguments,
): Promise<LeafPage<AuditEvent>> {
  const size = readSize(first, 1000, 5000)
  if (after && !isUuid(after)) throw badCursor()
  return readIn(context, domainId, async (trx) => {
    let query = trx.selectFrom('auditLeaf').select('id').where('domainId', '=', domainId)
    if (after) query = query.where('id', '>', after)
    const looked = (await query.orderBy('id').limit(size).execute()).map(({ id }) => id)
    const to = looked.at(-1)
    if (to === undefined) return { nodes: [], endCursor: null, hasNextPage: false }
    const unplaced = await listUnplaced(trx, domainId, looked)
    const waiting = await listWaiting(trx, domainId, unplaced)
    // What got its place after it was looked for does not wait any more, and is no stray either.
    const left = await listUnplaced(
      trx,
      domainId,
      unplaced.filter((id) => !waiting.has(id)),
    )
    const strays = await findLeaves(trx, domainId, left)
    return { nodes: [...strays.values()], endCursor: to, hasNextPage: looked.length === size }
  })
}

/** Those of some leaves, in the order of their ids, that have no place. */
async function listUnplaced(trx: Transaction<Tables>, domainId: number, ids: string[]): Promise<string[]> {
  const [from, to] = [ids[0], ids.at(-1)]
  if (from === undefined || to === undefined) return []
  const placed = await trx
    .selectFrom('auditSequence')
    .select('leafId')
    .where('domainId', '=', domainId)
    .where('leafId', '>=', from)
    .where('leafId', '<=', to)
    .execute()
  const known = new Set(placed.map(({ leafId }) => leafId))
  return ids.filter((id) => !known.has(id))
}

/** Those of some leaves that wait for a place. It reads all that waits in the domain: seldom more than came in a second. */
async function listWaiting(trx: Transaction<Tables>, domainId: number, ids: string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const { rows } = await sql<{ id: string }>`
    SELECT id FROM (SELECT unnest(leaf_ids) AS id FROM audit_waiting WHERE domain_id = ${domainId}
      UNION ALL SELECT unnest(leaf_ids) FROM audit_pending WHERE domain_id = ${domainId}) AS waiting
    WHERE id = ANY(${ids}::uuid[])`.execute(trx)
  return new Set(rows.map(({ id }) => id))
}

function readSize(asked: number | null | undefined, usual: number, largest: number): number {
  const size = asked ?? usual
  if (size < 1 || size > largest)
    throw refusal('BAD_USER_INPUT', `The argument first is a number from 1 to ${largest}.`, { path: 'first' })
  return size
}

function badCursor() {
  return refusal('INVALID_CURSOR', 'The cursor in after was not made by this list.', { path: 'after' })
}

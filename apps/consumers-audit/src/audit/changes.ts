import { findArea, recordTypes } from '@commonchart/audit'
import { refusal } from '@commonchart/errors'
import { defaultPageSize, largestPageSize, requireScopes } from '@commonchart/subgraph'
import type { Transaction } from 'kysely'
import type { Context } from '../context.ts'
import type { Tables } from '../tables.ts'
import { findLeaves } from './leaf-facts.ts'
import { readTreeSize } from './tree.ts'

/** That a record changed. */
export interface RecordedChange {
  id: string
  type: string
  version: number | null
  action: string
  occurredAt: Date
  patientId: string | null
  eventId: string
  sequence: string
}

export interface ChangePage {
  edges: { cursor: string; node: RecordedChange }[]
  nodes: RecordedChange[]
  pageInfo: {
    startCursor: string | null
    endCursor: string
    hasNextPage: boolean
    hasPreviousPage: boolean
  }
}

export interface ChangeArguments {
  after?: string | null
  afterSequence?: string | null
  first?: number | null
  types?: string[] | null
}

const mostTypes = 20
const beforeAll = -1

/**
 * Lists the changes of the caller's domain behind a cursor, in the order of the log, which skips nothing: whoever has
 * seen the end of one page has seen all that it may see and that was committed with a smaller number. Throws
 * `INVALID_CURSOR`, also for a cursor ahead of the log, which a restored database has lost, and `SCOPE_MISSING` for a type
 * of an area that a restricted consumer may not read.
 */
export async function listChanges(context: Context, args: ChangeArguments): Promise<ChangePage> {
  const { domainId } = context
  const first = readSize(context, args.first)
  const types = readTypes(context, args.types)
  return context.read(async (trx) => {
    // The size is read first: what gets a number meanwhile is left to the next page.
    const size = await readTreeSize(trx, domainId)
    const after = readAfter(args, size)
    const span = { domainId, after, size, limit: first + 1 }
    const found = types
      ? (await inTurn(types, (type) => listPlaces(trx, { ...span, type })))
          .flat()
          .sort((one, other) => one.sequence - other.sequence)
      : await listPlaces(trx, span)
    const hasNextPage = found.length > first
    const edges = await readEdges(trx, domainId, found.slice(0, first))
    const end = hasNextPage ? (found[first - 1]?.sequence ?? after) : size - 1
    return {
      edges,
      nodes: edges.map(({ node }) => node),
      pageInfo: {
        startCursor: edges[0]?.cursor ?? null,
        endCursor: makeCursor(end),
        hasNextPage,
        hasPreviousPage: after > beforeAll,
      },
    }
  })
}

/** The types whose changes are listed; null is all. Programs see none of consumers, their keys and the domain. */
function readTypes(context: Context, asked: string[] | null | undefined): string[] | null {
  const types = asked ? [...new Set(asked)] : null
  if (types && types.length > mostTypes)
    throw refusal('BAD_USER_INPUT', `At most ${mostTypes} types can be asked for at once.`, { path: 'types' })
  const { kind, scopes } = context.identity
  if (kind !== 'consumer') return types
  const owned = (types ?? Object.keys(recordTypes)).map((type) => ({ type, area: findArea(type) }))
  const shown = owned.filter(({ area }) => area !== null && area !== 'consumers-audit')
  const readable = (area: string | null): string => `${area}:read`
  if (types)
    requireScopes(
      context,
      shown.map(({ area }) => readable(area)),
      { path: 'types' },
    )
  return shown
    .filter(({ area }) => scopes === null || scopes.includes(readable(area)))
    .map(({ type }) => type)
}

interface Place {
  sequence: number
  leafId: string
}

async function listPlaces(
  trx: Transaction<Tables>,
  span: { domainId: number; after: number; size: number; limit: number; type?: string },
): Promise<Place[]> {
  let query = trx
    .selectFrom('auditChange')
    .select(['sequence', 'leafId'])
    .where('domainId', '=', span.domainId)
    .where('sequence', '>', String(span.after))
    .where('sequence', '<', String(span.size))
  if (span.type !== undefined) query = query.where('recordType', '=', span.type)
  const rows = await query.orderBy('sequence').limit(span.limit).execute()
  return rows.map(({ sequence, leafId }) => ({ sequence: Number(sequence), leafId }))
}

async function readEdges(
  trx: Transaction<Tables>,
  domainId: number,
  places: Place[],
): Promise<ChangePage['edges']> {
  const leaves = await findLeaves(
    trx,
    domainId,
    places.map(({ leafId }) => leafId),
  )
  return places.map(({ sequence, leafId }) => {
    const leaf = leaves.get(leafId)
    if (!leaf) throw new Error(`the leaf ${leafId} of the audit log is gone`)
    const { recordId, recordType, recordVersion: version, action, occurredAt, patientId } = leaf
    const node = { id: recordId ?? '', type: recordType ?? '', version, action, occurredAt, patientId }
    return { cursor: makeCursor(sequence), node: { ...node, eventId: leafId, sequence: String(sequence) } }
  })
}

function readSize(context: Context, asked: number | null | undefined): number {
  if (asked === null || asked === undefined) return defaultPageSize
  if (asked < 1) throw refusal('BAD_USER_INPUT', 'The argument first must be at least 1.', { path: 'first' })
  if (asked <= largestPageSize) return asked
  context.warn('PAGE_CLAMPED', `A page has at most ${largestPageSize} records.`, {
    ...{ path: 'first', asked, given: largestPageSize },
  })
  return largestPageSize
}

function makeCursor(sequence: number): string {
  return Buffer.from(`change ${sequence}`).toString('base64url')
}

/** Where to read on from: a cursor, or the place itself. */
function readAfter({ after, afterSequence }: ChangeArguments, size: number): number {
  if (!afterSequence) return after ? readCursor(after, size) : beforeAll
  if (after)
    throw refusal('BAD_USER_INPUT', 'Either after is given or afterSequence.', { path: 'afterSequence' })
  const sequence = /^\d{1,15}$/.test(afterSequence) ? Number(afterSequence) : Number.NaN
  if (!(sequence < size))
    throw refusal('INVALID_CURSOR', 'There is no such place in the log, or it is ahead of it.', {
      path: 'afterSequence',
    })
  return sequence
}

function readCursor(cursor: string, size: number): number {
  const [, digits] = /^change (-1|\d{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  const sequence = Number(digits ?? Number.NaN)
  if (!(sequence < size))
    throw refusal('INVALID_CURSOR', 'The cursor in after was not made by this list, or is ahead of it.', {
      path: 'after',
    })
  return sequence
}

/** A request reads on one connection, so there is nothing to gain from asking at once. */
async function inTurn<Item, Result>(items: Item[], work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = []
  for (const item of items) results.push(await work(item))
  return results
}

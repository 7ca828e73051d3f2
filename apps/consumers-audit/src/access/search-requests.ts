import { refusal } from '@commonchart/errors'
import { parseId } from '@commonchart/subgraph'
import { sql, type Kysely, type RawBuilder, type SelectQueryBuilder } from 'kysely'
import type { Tables } from '../tables.ts'
import { lowestIdAt } from './days.ts'
import { slowThresholdsMs } from './insert-records.ts'
import type { AccessLogRow } from './tables.ts'

/** What requests are searched by; filters are ANDed. */
export interface RequestFilters {
  consumerId?: string | null
  from?: Date | null
  to?: Date | null
  operationName?: string | null
  operationKind?: AccessLogRow['operationKind']
  outcome?: AccessLogRow['outcome'] | null
  errorCode?: string | null
  slowerThanMs?: number | null
  ip?: string | null
  patientId?: string | null
  graph?: AccessLogRow['graph'] | null
}

const columns = [
  ...(['log.domainId', 'log.id', 'log.startedAt', 'log.durationMs', 'log.graph', 'log.consumerId'] as const),
  ...([
    'log.ip',
    'log.operationName',
    'log.operationKind',
    'log.outcome',
    'log.status',
    'log.count',
  ] as const),
  ...(['log.facts', 'log.requestBytes', 'log.responseBytes'] as const),
] as const

export type StoredRequest = Pick<AccessLogRow, keyof Omit<AccessLogRow, 'salt' | 'sealed'>>

/**
 * A part of a search: its query, the column that holds the ids in the order of the index that serves it, and that of their
 * instants where the index has it before them.
 */
export interface RequestSearch {
  query: SelectQueryBuilder<Tables & { log: AccessLogRow }, 'log', StoredRequest>
  idColumn: 'log.id' | 'hit.id'
  instantColumn?: 'hit.occurred_at'
}

/**
 * Searches a domain's requests, in parts none of which finds what another does. Many-valued keys lead: patient before error
 * code before duration. Throws `BAD_USER_INPUT` for filters that cannot be.
 */
export function searchRequests(
  trx: Kysely<Tables>,
  domainId: number,
  filters: RequestFilters,
  keptSince: Date,
): RequestSearch[] {
  const { patientId, errorCode, slowerThanMs } = filters
  if (isGiven(slowerThanMs) && slowerThanMs < 0)
    throw refusal('BAD_USER_INPUT', 'A duration is not negative.', { path: 'slowerThanMs' })
  const threshold = isGiven(slowerThanMs)
    ? slowThresholdsMs.findLast((each) => each <= slowerThanMs)
    : undefined
  const keys: SearchKey[] = [
    ...(isGiven(errorCode) ? [{ table: 'access_error', column: 'code', value: errorCode }] : []),
    ...(threshold !== undefined ? [{ table: 'access_slow', column: 'at_least_ms', value: threshold }] : []),
  ]
  const [leading, ...others] = keys
  if (isGiven(patientId))
    return searchByPatient(trx, domainId, patientId, keptSince).map((part) =>
      narrow(part, { domainId, filters, keys, threshold }),
    )
  const all: RequestSearch = leading
    ? { query: searchByHits(trx, domainId, hitsOf(domainId, leading)), idColumn: 'hit.id' }
    : {
        query: trx.selectFrom('accessLog as log').where('log.domainId', '=', domainId).select(columns),
        idColumn: 'log.id',
      }
  return [narrow(all, { domainId, filters, keys: others, threshold })]
}

/** Adds every filter to a part that does not lead it. */
function narrow(
  part: RequestSearch,
  on: { domainId: number; filters: RequestFilters; keys: SearchKey[]; threshold: number | undefined },
): RequestSearch {
  const { domainId, filters, keys, threshold } = on
  const { idColumn, instantColumn } = part
  let { query } = part
  for (const { table, column, value } of keys)
    query = query.where(
      sql<boolean>`EXISTS (SELECT FROM ${sql.table(table)} AS other WHERE other.domain_id = ${domainId}
        AND ${sql.ref(`other.${column}`)} = ${value} AND other.id = log.id OFFSET 0)`,
    )
  const { from, to } = filters
  if (from) query = query.where(sql<boolean>`${sql.ref(idColumn)} >= ${lowestIdAt(from.getTime())}::uuid`)
  if (to) query = query.where(sql<boolean>`${sql.ref(idColumn)} < ${lowestIdAt(to.getTime())}::uuid`)
  if (instantColumn) {
    if (from) query = query.where(sql<boolean>`${sql.ref(instantColumn)} >= ${from}`)
    if (to) query = query.where(sql<boolean>`${sql.ref(instantColumn)} < ${to}`)
  }
  const { consumerId, operationName, operationKind, outcome, slowerThanMs, ip, graph } = filters
  if (isGiven(slowerThanMs) && slowerThanMs !== threshold)
    query = query.where('log.durationMs', '>=', slowerThanMs)
  if (isGiven(consumerId)) query = query.where('log.consumerId', '=', parseId(consumerId) ?? '-1')
  if (isGiven(operationName)) query = query.where('log.operationName', '=', operationName)
  if (isGiven(operationKind)) query = query.where('log.operationKind', '=', operationKind)
  if (isGiven(outcome)) query = query.where('log.outcome', '=', outcome)
  if (isGiven(ip)) query = query.where('log.ip', '=', ip)
  if (isGiven(graph)) query = query.where('log.graph', '=', graph)
  return { ...part, query }
}

/** A key that requests are found by in a table of its own. */
interface SearchKey {
  table: string
  column: string
  value: string | number
}

function hitsOf(domainId: number, { table, column, value }: SearchKey): RawBuilder<unknown> {
  return sql`SELECT id FROM ${sql.table(table)} WHERE domain_id = ${domainId} AND ${sql.ref(column)} = ${value}`
}

/**
 * The requests that showed or changed something of a patient: those whose leaf names that patient alone, those whose leaf
 * names several, and those whose leaf does not, which stand in a list of their own. Leaves are kept for good and requests are
 * not: nothing older than `keptSince` is looked up.
 */
function searchByPatient(
  trx: Kysely<Tables>,
  domainId: number,
  patientId: string,
  keptSince: Date,
): RequestSearch[] {
  const byLeaf = (hits: RawBuilder<unknown>): RequestSearch => ({
    query: searchByHits(trx, domainId, sql`${hits} AND occurred_at >= ${keptSince}`),
    ...{ idColumn: 'hit.id', instantColumn: 'hit.occurred_at' },
  })
  const unnamed = hitsOf(domainId, { table: 'access_patient', column: 'patient_id', value: patientId })
  return [
    { query: searchByHits(trx, domainId, unnamed), idColumn: 'hit.id' },
    byLeaf(sql`SELECT id, occurred_at FROM audit_leaf
      WHERE domain_id = ${domainId} AND patient_id = ${patientId} AND kind = 'REQUEST'`),
    byLeaf(sql`SELECT leaf_id AS id, occurred_at FROM audit_seen
      WHERE domain_id = ${domainId} AND patient_id = ${patientId}`),
  ]
}

/**
 * Walks ids in the order of the index that they are found by and looks each request up. OFFSET 0 keeps Postgres from reading
 * the whole log to join it: it cannot know that a page ends it early.
 */
function searchByHits(
  trx: Kysely<Tables>,
  domainId: number,
  hits: RawBuilder<unknown>,
): RequestSearch['query'] {
  const query = trx
    .selectFrom(sql<{ id: string }>`(${hits})`.as('hit'))
    .innerJoinLateral(
      (from) =>
        from
          .selectFrom('accessLog')
          .selectAll()
          .where('domainId', '=', domainId)
          .whereRef('accessLog.id', '=', 'hit.id')
          .offset(sql<number>`0`)
          .as('log'),
      (join) => join.onTrue(),
    )
    .select(columns)
  return query as unknown as RequestSearch['query']
}

function isGiven<Value>(value: Value): value is NonNullable<Value> {
  return value !== null && value !== undefined
}

import { refusal } from '@commonchart/errors'
import { listPage, parseId, type Page, type PageArguments } from '@commonchart/subgraph'
import { sql, type Kysely, type SelectQueryBuilder } from 'kysely'
import { readIn } from '../callers.ts'
import type { Context } from '../context.ts'
import type { Tables } from '../tables.ts'
import type { AccessFacts } from './access-record.ts'
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

/** A request without its bodies. */
export type ApiRequest = Omit<AccessLogRow, 'facts' | 'salt' | 'sealed'> & AccessFacts

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

type Stored = Pick<AccessLogRow, keyof Omit<AccessLogRow, 'salt' | 'sealed'>>

/** A search: its query, and the column that holds the ids in the order of the index that serves it. */
export interface RequestSearch {
  query: SelectQueryBuilder<Tables & { log: AccessLogRow }, 'log', Stored>
  idColumn: 'log.id' | 'hit.id'
}

/** One page of a domain's requests, newest first. */
export async function listRequests(
  context: Context,
  domainId: number,
  args: PageArguments & RequestFilters,
  fields: Set<string>,
): Promise<Page<ApiRequest>> {
  const page = await readIn(context, domainId, (trx) => {
    const { query, idColumn } = searchRequests(trx, domainId, args)
    return listPage(query, {
      order: [{ column: idColumn, name: 'id', direction: 'DESC', type: 'uuid' }],
      args,
      fields,
      context,
      count: async () => {
        const counted = query.clearSelect().select((of) => of.fn.countAll().as('count'))
        return Number((await counted.executeTakeFirstOrThrow()).count)
      },
    })
  })
  const edges = page.edges.map(({ cursor, node }) => ({ cursor, node: readRequest(node) }))
  return { ...page, edges, nodes: edges.map(({ node }) => node) }
}

/** Adds what stands in the facts of a stored request to its columns. */
export function readRequest<Row extends Stored>({ facts, ...row }: Row): Omit<Row, 'facts'> & AccessFacts {
  return { ...row, ...(JSON.parse(facts) as AccessFacts) }
}

/**
 * Searches a domain's requests. Many-valued keys are found in their own tables, which then lead: patient before error
 * code before duration. Throws `BAD_USER_INPUT` for filters that cannot be.
 */
export function searchRequests(
  trx: Kysely<Tables>,
  domainId: number,
  filters: RequestFilters,
): RequestSearch {
  const { patientId, errorCode, slowerThanMs } = filters
  if (isGiven(slowerThanMs) && slowerThanMs < 0)
    throw refusal('BAD_USER_INPUT', 'A duration is not negative.', { path: 'slowerThanMs' })
  const threshold = isGiven(slowerThanMs)
    ? slowThresholdsMs.findLast((each) => each <= slowerThanMs)
    : undefined
  const keys: SearchKey[] = [
    ...(isGiven(patientId) ? [{ table: 'access_patient', column: 'patient_id', value: patientId }] : []),
    ...(isGiven(errorCode) ? [{ table: 'access_error', column: 'code', value: errorCode }] : []),
    ...(threshold !== undefined ? [{ table: 'access_slow', column: 'at_least_ms', value: threshold }] : []),
  ]
  const [leading, ...others] = keys
  const [from, to] = [filters.from, filters.to].map((time) => time && lowestIdAt(time.getTime()))
  const idColumn = leading ? 'hit.id' : 'log.id'
  let query = leading
    ? searchByKey(trx, domainId, leading)
    : trx.selectFrom('accessLog as log').where('log.domainId', '=', domainId).select(columns)
  for (const { table, column, value } of others)
    query = query.where(
      sql<boolean>`EXISTS (SELECT FROM ${sql.table(table)} AS other WHERE other.domain_id = ${domainId}
        AND ${sql.ref(`other.${column}`)} = ${value} AND other.id = log.id OFFSET 0)`,
    )
  if (from) query = query.where(sql<boolean>`${sql.ref(idColumn)} >= ${from}::uuid`)
  if (to) query = query.where(sql<boolean>`${sql.ref(idColumn)} < ${to}::uuid`)
  if (isGiven(slowerThanMs) && slowerThanMs !== threshold)
    query = query.where('log.durationMs', '>=', slowerThanMs)
  const { consumerId, operationName, operationKind, outcome, ip, graph } = filters
  if (isGiven(consumerId)) query = query.where('log.consumerId', '=', parseId(consumerId) ?? '-1')
  if (isGiven(operationName)) query = query.where('log.operationName', '=', operationName)
  if (isGiven(operationKind)) query = query.where('log.operationKind', '=', operationKind)
  if (isGiven(outcome)) query = query.where('log.outcome', '=', outcome)
  if (isGiven(ip)) query = query.where('log.ip', '=', ip)
  if (isGiven(graph)) query = query.where('log.graph', '=', graph)
  return { query, idColumn }
}

/** A key that requests are found by in a table of its own. */
interface SearchKey {
  table: string
  column: string
  value: string | number
}

/**
 * Walks the entries of one key in the order of their ids and looks each request up. OFFSET 0 keeps Postgres from reading the
 * whole log to join it: it cannot know that a page ends it early.
 */
function searchByKey(
  trx: Kysely<Tables>,
  domainId: number,
  { table, column, value }: SearchKey,
): RequestSearch['query'] {
  const query = trx
    .selectFrom(sql<{ id: string }>`${sql.table(table)}`.as('hit'))
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
    .where(sql<boolean>`hit.domain_id = ${domainId}`)
    .where(sql<boolean>`${sql.ref(`hit.${column}`)} = ${value}`)
    .select(columns)
  return query as unknown as RequestSearch['query']
}

function isGiven<Value>(value: Value): value is NonNullable<Value> {
  return value !== null && value !== undefined
}

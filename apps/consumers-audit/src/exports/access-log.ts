import { withDomain } from '@commonchart/database'
import type { StreamEndpoint } from '@commonchart/subgraph'
import { sql, type Kysely, type Transaction } from 'kysely'
import { instantOf, keptSince, lowestIdAt } from '../access/days.ts'
import { openRow, readParts } from '../access/open-record.ts'
import { getRecordDomain } from '../access/record-callers.ts'
import type { KeptRecords, RecordKeys } from '../access/record-keys.ts'
import { readRequest, type ApiRequest } from '../access/requests.ts'
import { searchRequests, type RequestFilters } from '../access/search-requests.ts'
import type { AccessLogRow } from '../access/tables.ts'
import type { Tables } from '../tables.ts'
import { readBatches } from './batches.ts'
import {
  asBoolean,
  asNumber,
  asOneOf,
  asText,
  asTime,
  readParameters,
  type ParameterReaders,
} from './parameters.ts'

interface Parameters extends RequestFilters {
  domain?: string
  bodies?: boolean
}

const readers: ParameterReaders<Parameters> = {
  domain: asText,
  bodies: asBoolean,
  consumerId: asText,
  from: asTime,
  to: asTime,
  operationName: asText,
  operationKind: asOneOf('QUERY', 'MUTATION'),
  outcome: asOneOf('SUCCESS', 'PARTIAL', 'FAILED', 'REFUSED'),
  errorCode: asText,
  slowerThanMs: asNumber,
  ip: asText,
  patientId: asText,
  graph: asOneOf('enterprise', 'settings', 'operator'),
}

/** With bodies a batch is small: each may be megabytes. */
const batchSize = 500
const batchSizeWithBodies = 10

/**
 * Makes `/export/access-log`: a domain's requests as NDJSON, oldest first, up to the moment at which it was asked for; the
 * filters of `accessLog`, and `bodies` for what was asked and answered.
 */
export function createAccessLogExport({
  keys,
  retentionDays,
  now = Date.now,
}: KeptRecords): StreamEndpoint<Tables> {
  return async (context, given) => {
    const { domain, bodies = false, ...filters } = readParameters<Parameters>(given, readers)
    const domainId = await getRecordDomain(context, { domain })
    const to = new Date(Math.min(filters.to?.getTime() ?? Infinity, now()))
    const since = keptSince(now(), retentionDays)
    const rows = { domainId, bodies, filters: { ...filters, to }, since }
    return { contentType: 'application/x-ndjson', chunks: writeLines(context.db, keys, rows) }
  }
}

type Row = Omit<AccessLogRow, 'salt' | 'sealed'> & { sealed?: Buffer | null }

async function* writeLines(
  db: Kysely<Tables>,
  keys: RecordKeys,
  wanted: { domainId: number; bodies: boolean; filters: RequestFilters; since: Date },
): AsyncGenerator<string> {
  const { domainId, bodies, filters, since } = wanted
  const size = bodies ? batchSizeWithBodies : batchSize
  const read = async (trx: Transaction<Tables>, after: Row | undefined, limit: number): Promise<Row[]> => {
    const begin = after?.id ?? lowestIdAt(filters.from?.getTime() ?? 0)
    const found: Row[] = []
    for (const { query, idColumn, instantColumn } of searchRequests(trx, domainId, filters, since)) {
      const id = sql.ref(idColumn)
      const further = instantColumn
        ? sql<boolean>`(${sql.ref(instantColumn)}, ${id}) > (${new Date(instantOf(begin))}, ${begin}::uuid)`
        : sql<boolean>`${id} > ${begin}::uuid`
      const page = await query
        .where(further)
        .$if(bodies, (all) => all.select('log.sealed'))
        .$if(instantColumn !== undefined, (all) => all.orderBy(sql.ref(instantColumn ?? '')))
        .orderBy(id)
        .limit(limit)
        .execute()
      found.push(...(page as Row[]))
    }
    return found.sort((one, other) => (one.id < other.id ? -1 : 1)).slice(0, limit)
  }
  for await (const batch of readBatches<Row>(db, domainId, size, read)) {
    let lines = ''
    for (const { sealed, ...row } of batch) {
      const facts = describe(readRequest(row))
      const opened = bodies ? await openBodies(db, keys, { ...row, sealed: sealed ?? null }) : {}
      lines += `${JSON.stringify({ ...facts, ...opened })}\n`
      if (bodies) {
        yield lines
        lines = ''
      }
    }
    yield lines
  }
}

async function openBodies(
  db: Kysely<Tables>,
  keys: RecordKeys,
  row: Pick<AccessLogRow, 'domainId' | 'id' | 'sealed'>,
): Promise<object> {
  const { domainId, id } = row
  const sealed = row.sealed ?? (await withDomain(db, domainId, (trx) => readParts(trx, domainId, id)))
  const { request, response, reads, changes } = await openRow(keys, { domainId, id, sealed })
  return { reads, changes, request: request.toString('utf8'), response: response.toString('utf8') }
}

function describe({ domainId: _, consumerId: __, gateway: ___, ...request }: ApiRequest): object {
  return request
}

import { withDomain } from '@commonchart/database'
import type { StreamEndpoint } from '@commonchart/subgraph'
import { sql, type Kysely, type Transaction } from 'kysely'
import { lowestIdAt } from '../access/days.ts'
import { openRow, readParts } from '../access/open-record.ts'
import { getRecordDomain } from '../access/record-callers.ts'
import type { RecordKeys } from '../access/record-keys.ts'
import { readRequest, searchRequests, type ApiRequest, type RequestFilters } from '../access/requests.ts'
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
export function createAccessLogExport(
  keys: RecordKeys,
  now: () => number = Date.now,
): StreamEndpoint<Tables> {
  return async (context, given) => {
    const { domain, bodies = false, ...filters } = readParameters<Parameters>(given, readers)
    const domainId = await getRecordDomain(context, { domain })
    const to = new Date(Math.min(filters.to?.getTime() ?? Infinity, now()))
    const rows = { domainId, bodies, filters: { ...filters, to } }
    return { contentType: 'application/x-ndjson', chunks: writeLines(context.db, keys, rows) }
  }
}

type Row = Omit<AccessLogRow, 'salt' | 'sealed'> & { sealed?: Buffer | null }

async function* writeLines(
  db: Kysely<Tables>,
  keys: RecordKeys,
  { domainId, bodies, filters }: { domainId: number; bodies: boolean; filters: RequestFilters },
): AsyncGenerator<string> {
  const size = bodies ? batchSizeWithBodies : batchSize
  const read = async (trx: Transaction<Tables>, after: Row | undefined, limit: number): Promise<Row[]> => {
    const { query, idColumn } = searchRequests(trx, domainId, filters)
    const id = sql.ref(idColumn)
    const begin = after?.id ?? lowestIdAt(filters.from?.getTime() ?? 0)
    const page = await query
      .where(sql<boolean>`${id} > ${begin}::uuid`)
      .$if(bodies, (all) => all.select('log.sealed'))
      .orderBy(id)
      .limit(limit)
      .execute()
    return page as Row[]
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

import { refusal } from '@commonchart/errors'
import { parse, print } from 'graphql'
import type { Transaction } from 'kysely'
import { readIn } from '../callers.ts'
import type { Context } from '../context.ts'
import type { Tables } from '../tables.ts'
import type { AuditChange } from './access-record.ts'
import { dayOf, instantOf } from './days.ts'
import type { RecordKeys } from './record-keys.ts'
import { readRequest, type ApiRequest } from './requests.ts'
import { openSealed, type OpenedRequest } from './seal.ts'
import type { AccessLogRow } from './tables.ts'

/** A request opened whole, as it is shown. */
export interface ApiRequestRecord {
  request: ApiRequest
  query: string | null
  variables: string | null
  response: string | null
  requestBody: string | null
  responseBody: string | null
  patients: { patientId: string; records: { type: string; count: number }[] }[]
  changes: AuditChange[]
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/**
 * Opens one request of a domain whole; null when there is none. `consumerId` leaves only that consumer's own to be found.
 * Throws `RECORD_KEY_LOST` and `RECORD_ALTERED`.
 */
export async function openRecord(
  context: Context,
  keys: RecordKeys,
  { domainId, id, consumerId }: { domainId: number; id: string; consumerId?: string },
): Promise<ApiRequestRecord | null> {
  if (!uuid.test(id)) return null
  const row = await readIn(context, domainId, (trx) => findRow(trx, domainId, id))
  if (!row || (consumerId !== undefined && row.consumerId !== consumerId)) return null
  const { salt: _salt, sealed: _sealed, ...facts } = row
  return describe(readRequest(facts), await openRow(keys, row))
}

/** Finds a stored request with its sealed bodies in one piece, wherever they are kept. */
async function findRow(
  trx: Transaction<Tables>,
  domainId: number,
  id: string,
): Promise<AccessLogRow | undefined> {
  const row = await trx
    .selectFrom('accessLog')
    .selectAll()
    .where('domainId', '=', domainId)
    .where('id', '=', id)
    .executeTakeFirst()
  return row && { ...row, sealed: row.sealed ?? (await readParts(trx, domainId, row.id)) }
}

/** Reads the parts of sealed bodies that are kept apart and puts them together. */
export async function readParts(trx: Transaction<Tables>, domainId: number, id: string): Promise<Buffer> {
  const parts = await trx
    .selectFrom('accessBody')
    .select('sealed')
    .where('domainId', '=', domainId)
    .where('id', '=', id)
    .orderBy('part')
    .execute()
  return Buffer.concat(parts.map(({ sealed }) => sealed))
}

/** Opens the sealed bodies of a stored request. Throws `RECORD_KEY_LOST` and `RECORD_ALTERED`. */
export async function openRow(
  keys: RecordKeys,
  row: Pick<AccessLogRow, 'domainId' | 'id' | 'sealed'>,
): Promise<OpenedRequest> {
  const { domainId, id, sealed } = row
  const key = await keys.find(domainId, dayOf(instantOf(id)))
  if (!key)
    throw refusal('RECORD_KEY_LOST', 'The key that opens the records of this day is not there any more.', {
      id,
    })
  try {
    return await openSealed(key, sealed ?? Buffer.alloc(0), row)
  } catch (error) {
    const altered = refusal('RECORD_ALTERED', 'What is stored is not what was recorded.', { id })
    altered.cause = error
    throw altered
  }
}

function describe(request: ApiRequest, opened: OpenedRequest): ApiRequestRecord {
  const asked = textOf(opened.request)
  const answered = textOf(opened.response)
  const { query, variables } = (parseJson(asked) ?? {}) as { query?: unknown; variables?: unknown }
  return {
    request,
    query: typeof query === 'string' ? formatQuery(query) : asked,
    variables: variables === null || variables === undefined ? null : formatJson(variables),
    response: answered === null ? null : formatJson(parseJson(answered) ?? answered),
    requestBody: asked,
    responseBody: answered,
    patients: opened.reads.map(({ patientId, types }) => ({
      patientId,
      records: Object.entries(types).map(([type, count]) => ({ type, count })),
    })),
    changes: opened.changes,
  }
}

function textOf(bytes: Buffer): string | null {
  return bytes.length === 0 ? null : bytes.toString('utf8')
}

function parseJson(text: string | null): unknown {
  if (text === null) return undefined
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

function formatJson(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2)
}

function formatQuery(query: string): string {
  try {
    return print(parse(query))
  } catch {
    return query
  }
}

import { sql, type Transaction } from 'kysely'
import type { Tables } from '../tables.ts'
import type { AccessFacts, AccessRecord } from './access-record.ts'
import type { SealedRequest } from './seal.ts'

/** Durations that are searched by: a request stands under each that it reached. */
export const slowThresholdsMs = [100, 250, 500, 1000, 2500, 5000, 10_000]

/** Sealed bodies above this size are kept apart, in parts of it. */
const partBytes = 256 * 1024

/** A record that is ready to be stored. */
export interface SealedRecord extends SealedRequest {
  record: AccessRecord
  gateway: string
}

/**
 * Stores records of one domain with what they are searched by, in one statement; gives the ids of those that were not
 * there before.
 */
export async function insertRecords(
  trx: Transaction<Tables>,
  domainId: number,
  sealed: SealedRecord[],
): Promise<Set<string>> {
  const records = sealed.map(({ record }) => record)
  const column = (of: (record: AccessRecord) => unknown): unknown[] => records.map(of)
  // An array of bytea travels as hexadecimal text; one value travels as it is.
  const inline = sealed.map(({ sealed: body }) => (body.length > partBytes ? null : body))
  const bytes = Buffer.concat(sealed.flatMap(({ salt }, at) => [salt, inline[at] ?? Buffer.alloc(0)]))
  let offset = 1
  const offsets = sealed.map(({ salt }, at) => {
    const own = offset
    offset += salt.length + (inline[at]?.length ?? 0)
    return own
  })
  const patients = pairs(records, patientsOf)
  const errors = pairs(records, ({ errorCodes }) => new Set(errorCodes))
  const slow = pairs(records, ({ durationMs }) =>
    slowThresholdsMs.filter((each) => Math.round(durationMs) >= each),
  )
  const { rows } = await sql<{ id: string }>`
    WITH fresh AS (
      INSERT INTO access_log (domain_id, id, started_at, duration_ms, graph, consumer_id, ip, operation_name,
        operation_kind, outcome, status, count, facts, salt, sealed, request_bytes, response_bytes)
      SELECT ${domainId}::integer, id, started_at, duration_ms, graph, consumer_id, ip, operation_name,
        operation_kind, outcome, status, count, facts, substr(bytes, at, 16), substr(bytes, at + 16, length),
        request_bytes, response_bytes
      FROM (SELECT ${bytes}::bytea AS bytes) AS all_bytes, unnest(
        ${column(({ id }) => id)}::uuid[], ${column(({ startedAt }) => startedAt)}::timestamptz[],
        ${column(({ durationMs }) => Math.round(durationMs))}::integer[], ${column(({ graph }) => graph)}::text[],
        ${column(consumerIdOf)}::bigint[], ${column(({ ip }) => ip)}::text[],
        ${column(({ operationName }) => operationName)}::text[],
        ${column(({ operationKind }) => operationKind)}::text[], ${column(({ outcome }) => outcome)}::text[],
        ${column(({ status }) => status)}::integer[], ${column(({ count }) => count)}::integer[],
        ${sealed.map(writeFacts)}::text[], ${offsets}::integer[],
        ${inline.map((body) => body?.length ?? null)}::integer[],
        ${column(({ requestBytes }) => requestBytes)}::integer[],
        ${column(({ responseBytes }) => responseBytes)}::integer[]
      ) AS given (id, started_at, duration_ms, graph, consumer_id, ip, operation_name, operation_kind, outcome, status,
        count, facts, at, length, request_bytes, response_bytes)
      ON CONFLICT (domain_id, id) DO NOTHING
      RETURNING id
    ), patients AS (
      INSERT INTO access_patient (domain_id, patient_id, id)
      SELECT ${domainId}::integer, value, id
      FROM unnest(${patients.ids}::uuid[], ${patients.values}::text[]) AS given (id, value) JOIN fresh USING (id)
    ), errors AS (
      INSERT INTO access_error (domain_id, code, id)
      SELECT ${domainId}::integer, value, id
      FROM unnest(${errors.ids}::uuid[], ${errors.values}::text[]) AS given (id, value) JOIN fresh USING (id)
    ), slow AS (
      INSERT INTO access_slow (domain_id, at_least_ms, id)
      SELECT ${domainId}::integer, value, id
      FROM unnest(${slow.ids}::uuid[], ${slow.values}::integer[]) AS given (id, value) JOIN fresh USING (id)
    )
    SELECT id FROM fresh`.execute(trx)
  const fresh = new Set(rows.map(({ id }) => id))
  for (const { record, sealed: body } of sealed)
    if (body.length > partBytes && fresh.has(record.id)) await insertParts(trx, domainId, record.id, body)
  return fresh
}

async function insertParts(
  trx: Transaction<Tables>,
  domainId: number,
  id: string,
  sealed: Buffer,
): Promise<void> {
  for (let part = 0; part * partBytes < sealed.length; part += 1)
    await trx
      .insertInto('accessBody')
      .values({ domainId, id, part, sealed: sealed.subarray(part * partBytes, (part + 1) * partBytes) })
      .execute()
}

/** The patients of whom a request showed or changed something. */
function patientsOf({ reads, changes, domainId }: AccessRecord): Set<string> {
  const changed = changes.filter((change) => change.domainId === domainId)
  return new Set([...reads, ...changed].flatMap(({ patientId }) => patientId ?? []))
}

function consumerIdOf({ actor }: AccessRecord): string | null {
  return actor?.kind === 'consumer' ? actor.id : null
}

function writeFacts({ record, gateway }: SealedRecord): string {
  const { actor, keyId, userAgent, method, path, rootFields, errorCodes, refusalReason } = record
  return JSON.stringify({
    ...{ actor, keyId, userAgent, method, path, rootFields, errorCodes, refusalReason, gateway },
  } satisfies AccessFacts)
}

function pairs<Value>(
  records: AccessRecord[],
  of: (record: AccessRecord) => Iterable<Value>,
): { ids: string[]; values: Value[] } {
  const all = records.flatMap((record) => [...of(record)].map((value) => ({ id: record.id, value })))
  return { ids: all.map(({ id }) => id), values: all.map(({ value }) => value) }
}

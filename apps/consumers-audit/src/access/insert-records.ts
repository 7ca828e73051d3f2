import { sql, type CompiledQuery, type Kysely, type RawBuilder } from 'kysely'
import { addLeaves, listLeaves, writeArray, type NewLeaf } from '../audit/leaves.ts'
import type { Tables } from '../tables.ts'
import type { AccessFacts, AccessRecord } from './access-record.ts'
import { dayOf, instantOf } from './days.ts'
import { listUnnamedPatients } from './record-leaves.ts'
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
 * Makes the statement that stores records of one domain with what they are searched by and their leaves. Records that are
 * there already stay as they are, and add no leaves but those of their changes.
 */
export function storeRecords(
  domainId: number,
  sealed: SealedRecord[],
  leaves: NewLeaf[],
): RawBuilder<unknown> {
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
  const patients = records
    .map((record) => ({ id: record.id, ofRecord: listUnnamedPatients(record) }))
    .filter(({ ofRecord }) => ofRecord.length > 0)
  const errors = pairs(records, ({ errorCodes }) => new Set(errorCodes))
  const slow = pairs(records, ({ durationMs }) =>
    slowThresholdsMs.filter((each) => Math.round(durationMs) >= each),
  )
  const uses = pairs(records, (record) =>
    record.usedElements && consumerIdOf(record) ? [record.usedElements] : [],
  )
  const fresh = sql`fresh AS (
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
      RETURNING id, consumer_id, graph, count, started_at
    )`
  // Starting a part costs as much as storing some rows by it: what there is nothing for is left out.
  const parts = {
    patients:
      patients.length > 0 &&
      sql`patients AS (
      INSERT INTO access_patient (domain_id, patient_id, id)
      SELECT ${domainId}::integer, unnest(of_record::text[]), id
      FROM unnest(${patients.map(({ id }) => id)}::uuid[],
        ${patients.map(({ ofRecord }) => writeArray(ofRecord))}::text[]) AS given (id, of_record) JOIN fresh USING (id)
    )`,
    errors:
      errors.ids.length > 0 &&
      sql`errors AS (
      INSERT INTO access_error (domain_id, code, id)
      SELECT ${domainId}::integer, value, id
      FROM unnest(${errors.ids}::uuid[], ${errors.values}::text[]) AS given (id, value) JOIN fresh USING (id)
    )`,
    slow:
      slow.ids.length > 0 &&
      sql`slow AS (
      INSERT INTO access_slow (domain_id, at_least_ms, id)
      SELECT ${domainId}::integer, value, id
      FROM unnest(${slow.ids}::uuid[], ${slow.values}::integer[]) AS given (id, value) JOIN fresh USING (id)
    )`,
    uses:
      uses.ids.length > 0 &&
      sql`uses AS (
      INSERT INTO element_use (domain_id, day, consumer_id, graph, set_id, part, requests, last_used_at)
      SELECT ${domainId}::integer, day, consumer_id, graph, set_id, ${partOf(sealed)}::smallint, sum(count), max(started_at)
      FROM unnest(${uses.ids}::uuid[], ${uses.values}::uuid[], ${uses.ids.map((id) => dayOf(instantOf(id)))}::date[])
        AS given (id, set_id, day) JOIN fresh USING (id)
      GROUP BY day, consumer_id, graph, set_id
      -- Two transactions that count the same take the rows in the same order.
      ORDER BY day, consumer_id, graph, set_id
      ON CONFLICT (domain_id, day, consumer_id, graph, set_id, part) DO UPDATE
        SET requests = element_use.requests + excluded.requests,
          last_used_at = greatest(element_use.last_used_at, excluded.last_used_at)
    )`,
  }
  const present = Object.entries(parts).flatMap(([name, part]) => (part ? [{ name, part }] : []))
  const listed = leaves.some(({ seen }) => seen)
  const name = ['insert_records', ...present.map((each) => each.name), ...(listed ? ['listed'] : [])].join(
    '_',
  )
  return sql`/* prepare ${sql.raw(name)} */
    WITH ${sql.join([fresh, ...present.map(({ part }) => part)])}, leaf AS (${addLeaves(domainId, leaves, isNew)})
    ${listLeaves(listed)}`
}

/** Gateways count use in so many parts: one that waited for another's count would make it wait for its commit. */
const useParts = 16

function partOf(records: SealedRecord[]): number {
  const name = records[0]?.gateway ?? ''
  return Buffer.from(name).reduce((sum, byte) => (sum * 31 + byte) % 65_521, 0) % useParts
}

/** A change is news whoever told of it first; what else a record says was said when it was stored. */
const isNew = sql`kind = 'CHANGE' OR request_id::uuid IN (SELECT fresh.id FROM fresh)`

/** Makes the statements that store the bodies which are too large to stand beside their record. */
export function storeLargeBodies(
  db: Kysely<Tables>,
  domainId: number,
  sealed: SealedRecord[],
): CompiledQuery[] {
  const large = sealed.filter(({ sealed: body }) => body.length > partBytes)
  return large.flatMap(({ record: { id }, sealed: body }) =>
    Array.from({ length: Math.ceil(body.length / partBytes) }, (_, part) =>
      db
        .insertInto('accessBody')
        .values({ domainId, id, part, sealed: body.subarray(part * partBytes, (part + 1) * partBytes) })
        .onConflict((conflict) => conflict.doNothing())
        .compile(),
    ),
  )
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

import { refusal } from '@commonchart/errors'
import type { StreamEndpoint } from '@commonchart/subgraph'
import { sql, type Kysely, type Selectable } from 'kysely'
import { getSettingsDomain } from '../callers.ts'
import { findCounts, searchLeavesOfPatient } from '../audit/patient-leaves.ts'
import type { AuditLeafRow } from '../audit/tables.ts'
import type { Tables } from '../tables.ts'
import { readBatches } from './batches.ts'
import { writeCsvLine } from './csv.ts'
import { asText, asTime, readParameters } from './parameters.ts'

interface Parameters {
  patientId: string
  from: Date
  to: Date
  domain: string
}

const header = [
  ...['occurred at', 'what', 'by', 'id', 'name', 'role', 'key', 'address', 'request', 'action'],
  ...['record type', 'record id', 'fields', 'records seen', 'outcome'],
]

/**
 * Makes `/export/disclosures`: everything that anyone saw or changed of one patient in a period, oldest first, as CSV with a
 * header line.
 */
export const exportDisclosures: StreamEndpoint<Tables> = async (context, given) => {
  const { patientId, from, to, domain } = readParameters<Parameters>(given, {
    patientId: asText,
    from: asTime,
    to: asTime,
    domain: asText,
  })
  const domainId = await getSettingsDomain(context, 'read', { domain, path: 'domain' })
  if (patientId === undefined)
    throw refusal('BAD_USER_INPUT', 'An accounting of disclosures is of one patient.', { path: 'patientId' })
  const period = { from: from ?? new Date(0), to: to ?? new Date() }
  return {
    contentType: 'text/csv; charset=utf-8; header=present',
    chunks: writeLines(context.db, domainId, patientId, period),
  }
}

type Leaf = Selectable<AuditLeafRow>

async function* writeLines(
  db: Kysely<Tables>,
  domainId: number,
  patientId: string,
  { from, to }: { from: Date; to: Date },
): AsyncGenerator<string> {
  yield writeCsvLine(header)
  const batches = readBatches<Leaf>(db, domainId, 500, async (trx, last, size) => {
    const found: Leaf[] = []
    for (const { query, table } of searchLeavesOfPatient(trx, domainId, patientId)) {
      const [at, id] = [sql.ref<Date>(`${table}.occurred_at`), sql.ref<string>(`${table}.id`)]
      const further = last
        ? query.where(sql<boolean>`(${at}, ${id}) > (${last.occurredAt}, ${last.id}::uuid)`)
        : query.where(at, '>=', from)
      found.push(...(await further.where(at, '<', to).orderBy(at).orderBy(id).limit(size).execute()))
    }
    return found.sort(compareLeaves).slice(0, size)
  })
  for await (const batch of batches)
    yield batch.map((leaf) => writeCsvLine(describe(leaf, patientId))).join('')
}

function compareLeaves(one: Leaf, other: Leaf): number {
  const ms = one.occurredAt.getTime() - other.occurredAt.getTime()
  return ms !== 0 ? ms : one.id < other.id ? -1 : 1
}

function describe(leaf: Leaf, patientId: string): (string | null)[] {
  const counts = Object.entries(findCounts(leaf, patientId) ?? {}).map(([type, count]) => `${type}: ${count}`)
  return [
    ...[leaf.occurredAt.toISOString(), leaf.kind === 'CHANGE' ? 'changed' : 'seen'],
    ...[leaf.actorKind, leaf.actorId, leaf.actorName, leaf.actorRole, leaf.keyId, leaf.ip, leaf.requestId],
    ...[leaf.action, leaf.recordType, leaf.recordId, leaf.fields.join('; '), counts.join('; '), leaf.outcome],
  ]
}

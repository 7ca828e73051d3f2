import { createTimeOrderedId, type SeenGroup } from '@commonchart/audit'
import type { NewLeaf } from '../audit/leaves.ts'
import type { AccessRecord, AuditChange, PatientRead } from './access-record.ts'

/** The leaf that says that a request was answered, and to whom; `detailHash` is that of its bodies. */
export function createRequestLeaf(record: AccessRecord, detailHash: string): NewLeaf {
  return {
    ...common(record),
    id: record.id,
    kind: 'REQUEST',
    occurredAt: null,
    action: record.outcome === 'REFUSED' ? 'request.refused' : 'request.answered',
    detailHash,
    durationMs: Math.round(record.durationMs),
    count: record.count,
  }
}

/** One leaf names so many patients at most. */
const patientsPerLeaf = 100

/** The leaves that say whose data an answer showed, and what of whom: as few as can be, usually one. */
export function createReadLeaves(record: AccessRecord): NewLeaf[] {
  const { reads } = record
  return Array.from({ length: Math.ceil(reads.length / patientsPerLeaf) }, (_, part) => {
    const some = reads.slice(part * patientsPerLeaf, (part + 1) * patientsPerLeaf)
    const [only, ...others] = some
    return {
      ...common(record),
      id: createTimeOrderedId(),
      kind: 'READ',
      occurredAt: null,
      action: 'patient.read',
      ...(only && others.length === 0
        ? { patientId: only.patientId, counts: only.types }
        : { seen: groupByTypes(some) }),
    }
  })
}

/** Patients of whom the same was seen stand together: in a list, all of them usually do. */
function groupByTypes(reads: PatientRead[]): SeenGroup[] {
  const groups = new Map<string, SeenGroup>()
  for (const { patientId, types } of reads) {
    const key = JSON.stringify(types)
    const group = groups.get(key) ?? { counts: types, patientIds: [] }
    group.patientIds.push(patientId)
    groups.set(key, group)
  }
  return [...groups.values()]
}

/** The leaf of one change; it has its own id, under which it may have come another way already. */
export function createChangeLeaf(record: AccessRecord, change: AuditChange): NewLeaf {
  const { id, occurredAt, action, recordType, recordId, recordVersion, patientId, fields, detailHash } =
    change
  return {
    ...common(record),
    ...{ id, action, recordType, recordId, recordVersion, patientId, fields, detailHash },
    kind: 'CHANGE',
    occurredAt: new Date(occurredAt),
    outcome: 'SUCCESS',
  }
}

function common(record: AccessRecord): Omit<NewLeaf, 'id' | 'kind' | 'occurredAt' | 'action'> {
  return {
    requestId: record.id,
    actor: record.actor,
    keyId: record.keyId,
    ip: record.ip,
    recordType: null,
    recordId: null,
    recordVersion: null,
    patientId: null,
    fields: [],
    counts: null,
    seen: null,
    outcome: record.outcome,
    detailHash: null,
    durationMs: null,
    count: 1,
  }
}

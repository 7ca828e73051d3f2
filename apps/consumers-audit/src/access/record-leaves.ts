import { createTimeOrderedId } from '@commonchart/audit'
import type { NewLeaf } from '../audit/leaves.ts'
import type { AccessRecord, AuditChange } from './access-record.ts'

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

/** The leaves that say whose data an answer showed, one per patient. */
export function createReadLeaves(record: AccessRecord): NewLeaf[] {
  return record.reads.map(({ patientId, types }) => ({
    ...common(record),
    id: createTimeOrderedId(),
    kind: 'READ',
    occurredAt: null,
    action: 'patient.read',
    patientId,
    counts: types,
  }))
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
    outcome: record.outcome,
    detailHash: null,
    durationMs: null,
    count: 1,
  }
}

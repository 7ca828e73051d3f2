import { createTimeOrderedId, type SeenGroup } from '@commonchart/audit'
import type { NewLeaf } from '../audit/leaves.ts'
import type { AccessRecord, AuditChange, PatientRead } from './access-record.ts'
import { instantOf } from './days.ts'

/** One leaf names so many patients at most. */
const patientsPerLeaf = 100

/**
 * The leaves of a request itself: the one that says that it was answered, to whom and what of which patients, with the hash of
 * its bodies; and one more for each hundred further patients.
 */
export function createRequestLeaves(record: AccessRecord, detailHash: string): NewLeaf[] {
  const { own, further } = splitReads(record)
  const request: NewLeaf = {
    ...common(record),
    ...describeReads(own),
    id: record.id,
    kind: 'REQUEST',
    action: record.outcome === 'REFUSED' ? 'request.refused' : 'request.answered',
    detailHash,
    durationMs: Math.round(record.durationMs),
    count: record.count,
  }
  const parts = Array.from({ length: Math.ceil(further.length / patientsPerLeaf) }, (_, part) =>
    further.slice(part * patientsPerLeaf, (part + 1) * patientsPerLeaf),
  )
  return [
    request,
    ...parts.map((some): NewLeaf => ({
      ...common(record),
      ...describeReads(some),
      id: createTimeOrderedId(),
      kind: 'READ',
      action: 'patient.read',
    })),
  ]
}

/** The patients whom the request's own leaf names, and those for whom it has no room. */
function splitReads({ reads }: AccessRecord): { own: PatientRead[]; further: PatientRead[] } {
  return { own: reads.slice(0, patientsPerLeaf), further: reads.slice(patientsPerLeaf) }
}

/** The patients of whom a request showed or changed something, and whom its own leaf does not name. */
export function listUnnamedPatients(record: AccessRecord): string[] {
  const { own, further } = splitReads(record)
  const changed = record.changes.filter(({ domainId }) => domainId === record.domainId)
  const unnamed = new Set([...further, ...changed].flatMap(({ patientId }) => patientId ?? []))
  for (const { patientId } of own) unnamed.delete(patientId)
  return [...unnamed]
}

function describeReads(reads: PatientRead[]): Pick<NewLeaf, 'patientId' | 'counts' | 'seen'> {
  const [only, ...others] = reads
  if (!only) return { patientId: null, counts: null, seen: null }
  if (others.length === 0) return { patientId: only.patientId, counts: only.types, seen: null }
  return { patientId: null, counts: null, seen: groupByTypes(reads) }
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

/** A request happened when it came in, which its id says: so its leaf lies as its row in the access log does. */
function common(record: AccessRecord): Omit<NewLeaf, 'id' | 'kind' | 'action'> {
  return {
    occurredAt: new Date(instantOf(record.id)),
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

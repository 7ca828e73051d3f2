import { createTimeOrderedId } from '@commonchart/audit'
import { createRecordedRequest } from '@commonchart/testing'
import type { AccessRecord, AuditChange } from './access-record.ts'

/** Creates a query that succeeded, as a gateway would tell of it; anything of it can be overridden. */
export const createRequest: typeof createRecordedRequest<AccessRecord> = createRecordedRequest

/** Creates a change of a patient as a subgraph would tell of it. */
export function createChange(overrides: Partial<AuditChange> = {}): AuditChange {
  return {
    id: createTimeOrderedId(),
    domainId: 1,
    occurredAt: new Date().toISOString(),
    action: 'patient.updated',
    recordType: 'Patient',
    recordId: '7',
    recordVersion: 2,
    patientId: '7',
    fields: ['firstName'],
    detailHash: null,
    ...overrides,
  }
}

export { auditActions, type AuditAction } from './actions.ts'
export { detailOf, hashDetail, type AuditDetail } from './detail.ts'
export { createTimeOrderedId, recordAudit, type AuditChange, type AuditEvent } from './record.ts'

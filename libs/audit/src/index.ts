export { auditActions, type AuditAction } from './actions.ts'
export { createTimeOrderedId, recordAudit, type AuditEvent } from './record.ts'

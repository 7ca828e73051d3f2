import { writeCanonical } from '@commonchart/audit'
import { listPage, parseId, type Page, type PageArguments } from '@commonchart/subgraph'
import type { Context } from './context.ts'
import type { Tables } from './tables.ts'
import type { SelectQueryBuilder } from 'kysely'

/** One event of the audit log about a patient. */
interface Event {
  id: string
  patientId: string
  action: string
  occurredAt: Date
  version: number | null
  fields: string[]
  principal: Record<string, unknown>
  before: Record<string, unknown> | null
  after: Record<string, unknown> | null
  detailHash: string | null
}

/** Lists what was changed of a patient, newest first. */
export function listPatientHistory(
  context: Context,
  { id, ...args }: { id: string } & PageArguments,
  fields: Set<string>,
): Promise<Page<Event>> {
  return context.read((trx) => {
    const all = trx
      .selectFrom('auditEvent')
      .where('auditEvent.domainId', '=', context.domainId)
      .where('auditEvent.recordType', '=', 'Patient')
      .where('auditEvent.recordId', '=', parseId(id) ?? '')
    const query = all.select([
      'auditEvent.id',
      'auditEvent.recordId as patientId',
      'auditEvent.action',
      'auditEvent.occurredAt',
      'auditEvent.recordVersion as version',
      'auditEvent.fields',
      'auditEvent.principal',
      'auditEvent.before',
      'auditEvent.after',
      'auditEvent.detailHash',
    ]) as SelectQueryBuilder<Tables, 'auditEvent', Event>
    return listPage(query, {
      // Ids of events grow with the time.
      order: [{ column: 'audit_event.id', name: 'id', direction: 'DESC', type: 'uuid' }],
      args,
      fields,
      context,
      count: async () => {
        const row = await all.select((of) => of.fn.countAll().as('count')).executeTakeFirstOrThrow()
        return Number(row.count)
      },
    })
  })
}

/** The fields of a change that are more than a column of the same name. */
export const patientChangeFields = {
  actor: ({ principal: { kind, id, name } }: Event) => ({ kind, id, name }),
  redacted: isRedacted,
  fields: ({ fields, before, after }: Event) =>
    fields.map((field) => ({ field, before: toText(before?.[field]), after: toText(after?.[field]) })),
}

function isRedacted({ detailHash, before, after }: Event): boolean {
  return detailHash !== null && before === null && after === null
}

function toText(value: unknown): string | null {
  if (value === undefined || value === null) return null
  return typeof value === 'object' ? writeCanonical(value) : String(value as string | number | boolean)
}

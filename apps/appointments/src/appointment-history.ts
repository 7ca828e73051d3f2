import { writeCanonical } from '@commonchart/audit'
import { listPage, parseId, type Page, type PageArguments } from '@commonchart/subgraph'
import { sql, type SelectQueryBuilder } from 'kysely'
import type { Context } from './context.ts'
import { countRows } from './records.ts'
import type { Tables } from './tables.ts'

/** One event of the audit log about an appointment, and whose it is now. */
interface Event {
  id: string
  appointmentId: string
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

const nothing: Page<Event> = {
  ...{ edges: [], nodes: [], totalCount: 0 },
  pageInfo: { startCursor: null, endCursor: null, hasNextPage: false, hasPreviousPage: false },
}

/** Lists what was changed of an appointment, newest first. */
export function listAppointmentHistory(
  context: Context,
  { id, ...args }: { id: string } & PageArguments,
  fields: Set<string>,
): Promise<Page<Event>> {
  const key = parseId(id)
  const { domainId } = context
  return context.read(async (trx) => {
    const appointment = await trx
      .selectFrom('appointment')
      .select(['id', 'patientId'])
      .where('domainId', '=', domainId)
      .where('id', '=', key ?? '0')
      .executeTakeFirst()
    if (!appointment) return nothing
    const all = trx
      .selectFrom('auditEvent')
      .where('auditEvent.domainId', '=', domainId)
      .where('auditEvent.recordType', '=', 'Appointment')
      .where('auditEvent.recordId', '=', appointment.id)
    const query = all.select([
      'auditEvent.id',
      'auditEvent.recordId as appointmentId',
      sql<string>`${appointment.patientId}::bigint`.as('patientId'),
      'auditEvent.action',
      'auditEvent.occurredAt',
      'auditEvent.recordVersion as version',
      'auditEvent.fields',
      'auditEvent.principal',
      'auditEvent.before',
      'auditEvent.after',
      'auditEvent.detailHash',
    ]) as unknown as SelectQueryBuilder<Tables, 'auditEvent', Event>
    return listPage(query, {
      // Ids of events grow with the time.
      order: [{ column: 'audit_event.id', name: 'id', direction: 'DESC', type: 'uuid' }],
      args,
      fields,
      context,
      count: () => countRows(all),
    })
  })
}

/** The fields of an appointment whose columns are called otherwise. */
const fieldNames: Record<string, string> = {
  startsAt: 'startAt',
  endsAt: 'untilAt',
  cancelledById: 'cancelledBy',
}
/** Columns that follow from others. */
const derived = new Set(['startWall', 'endWall', 'cancelledByKind'])

/** The fields of a change that are more than a column of the same name. */
export const appointmentChangeFields = {
  actor: ({ principal: { kind, id, name } }: Event) => ({ kind, id, name }),
  redacted: ({ detailHash, before, after }: Event) =>
    detailHash !== null && before === null && after === null,
  fields: ({ fields, before, after }: Event) =>
    fields
      .filter((column) => !derived.has(column))
      .map((column) => ({
        field: fieldNames[column] ?? column,
        before: toText(before?.[column]),
        after: toText(after?.[column]),
      })),
}

function toText(value: unknown): string | null {
  if (value === undefined || value === null) return null
  return typeof value === 'object' ? writeCanonical(value) : String(value as string | number | boolean)
}

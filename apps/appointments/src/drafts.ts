import { parseId, type OrderTerm } from '@commonchart/subgraph'
import { sql, type Selectable, type Transaction } from 'kysely'
import { pickColumns } from './columns.ts'
import type { Context } from './context.ts'
import { notFound } from './references.ts'
import type { DraftAppointmentRow, Tables } from './tables.ts'
import type { Holder } from './time-claims.ts'

export type DraftRecord = Selectable<DraftAppointmentRow>
export type DraftColumn = keyof DraftAppointmentRow & string

/** A draft appointment with the columns that were asked for. */
export type Draft = Partial<DraftRecord> & Pick<DraftRecord, 'id'>

const known = {
  always: [],
  plain: ['expiresAt', 'version', 'createdAt', 'updatedAt'],
  derived: {
    startAt: ['startsAt'],
    untilAt: ['endsAt'],
    location: ['locationId'],
    provider: ['providerId'],
    service: ['serviceId'],
    createdBy: ['createdByKind', 'createdById'],
  },
} as const

/** The columns that some fields of a draft need. */
export function draftColumnsOf(fields: Set<string>): DraftColumn[] {
  return pickColumns<DraftColumn>(fields, known)
}

/** The terms by which drafts are ordered, by CHR's name. */
export const draftTerms = {
  ID: { column: 'draft_appointment.id', name: 'id', type: 'bigint' },
  CREATED_AT: { column: 'draft_appointment.created_at', name: 'createdAt', type: 'timestamptz' },
} as const satisfies Record<string, Omit<OrderTerm, 'direction'>>

/**
 * Loads a draft by its id together with the others that the request asks for; null when there is none. One that has expired
 * is given only to whoever has just written it.
 */
export function loadDraft(
  context: Context,
  id: string,
  fields: Set<string>,
  { expired = false } = {},
): Promise<Draft | null> {
  const key = parseId(id)
  if (key === null) return Promise.resolve(null)
  const columns = draftColumnsOf(fields)
  const { domainId } = context
  return context
    .loader<Draft>(`draft appointment ${expired} ${columns.join()}`, (ids) =>
      context.read(async (trx) => {
        const rows = await trx
          .selectFrom('draftAppointment')
          .select(['id', ...columns])
          .where('domainId', '=', domainId)
          .where('id', 'in', [...ids])
          .$if(!expired, (query) => query.where('expiresAt', '>', sql<Date>`now()`))
          .execute()
        return new Map(rows.map((row) => [row.id, row]))
      }),
    )
    .load(key)
}

/** Reads a draft, expired or not, and keeps others from changing it until the transaction ends. Throws `NOT_FOUND`. */
export async function lockDraft(
  trx: Transaction<Tables>,
  domainId: number,
  id: string,
): Promise<DraftRecord> {
  const key = parseId(id)
  const row =
    key === null
      ? undefined
      : await trx
          .selectFrom('draftAppointment')
          .selectAll()
          .where('domainId', '=', domainId)
          .where('id', '=', key)
          .forUpdate()
          .executeTakeFirst()
  if (!row) throw notFound('input.id')
  return row
}

/** Deletes the row of a draft; the time that it holds is the caller's to pass on or to release. */
export async function deleteDraftRow(trx: Transaction<Tables>, domainId: number, id: string): Promise<void> {
  await trx.deleteFrom('draftAppointment').where('domainId', '=', domainId).where('id', '=', id).execute()
}

/** A draft as the holder of its time. */
export function holderOf({ id }: Pick<DraftRecord, 'id'>): Holder {
  return { holderKind: 'draft', holderId: id }
}

/** A draft as the audit log names it. */
export function recordOf({ id, version }: Pick<DraftRecord, 'id' | 'version'>) {
  return { type: 'DraftAppointment' as const, id, version }
}

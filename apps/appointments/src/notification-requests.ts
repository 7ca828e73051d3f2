import {
  expectVersion,
  listPage,
  parseId,
  readActor,
  type Page,
  type PageArguments,
} from '@commonchart/subgraph'
import type { Selectable, SelectQueryBuilder } from 'kysely'
import type { AppointmentsChange, Context } from './context.ts'
import { countRows } from './records.ts'
import type { NotificationRequestRow } from './lifecycle-tables.ts'
import { readWish, type NotificationWish } from './notification-wishes.ts'
import { notFound } from './references.ts'
import type { Tables } from './tables.ts'

export type NotificationRequest = Selectable<NotificationRequestRow>
export type NotificationOccasion = NotificationRequestRow['occasion']

/**
 * Notes whom a wish asks to be told of an appointment, and records each; gives the ids, in the order of the wish. Nothing is
 * sent: `warnOfSilence` says so with these ids.
 */
export async function requestNotifications(
  change: Pick<AppointmentsChange, 'trx' | 'domainId' | 'identity' | 'now' | 'audit'>,
  about: { appointmentId: string; patientId: string; occasion: NotificationOccasion },
  wish: NotificationWish,
): Promise<string[]> {
  const { trx, domainId, now } = change
  const recipients = readWish(wish)
  if (recipients.length === 0) return []
  const { kind, id: actorId } = await readActor(change)
  const rows = await trx
    .insertInto('notificationRequest')
    .values(
      recipients.map((recipient) => ({
        ...{ domainId, ...about, ...recipient, state: 'UNSENT' as const, version: 1 },
        ...{ requestedByKind: kind, requestedById: actorId, createdAt: now, updatedAt: now },
      })),
    )
    .returning('id')
    .execute()
  for (const { id } of rows)
    change.audit({
      action: 'notification_request.created',
      record: { type: 'NotificationRequest', id, version: 1 },
      patientId: about.patientId,
      fields: ['appointmentId', 'recipient', 'method', 'occasion', 'state'],
    })
  return rows.map(({ id }) => id)
}

/** What a change of an appointment made: whose it is, and what it means to those who are to be told. */
export type ChangedAppointment = { id: string; patientId: string; occasion: NotificationOccasion }

/** Notes the wish that came with a change, as `requestNotifications` does, and gives what the mutation made. */
export async function noteWish(
  change: AppointmentsChange,
  wish: NotificationWish,
  { id, patientId, occasion }: ChangedAppointment,
): Promise<{ id: string; notificationRequestIds: string[] }> {
  const notificationRequestIds = await requestNotifications(
    change,
    { appointmentId: id, patientId, occasion },
    wish,
  )
  return { id, notificationRequestIds }
}

export interface NotificationRequestFilters {
  appointmentId?: string | null
  patientId?: string | null
  state?: NotificationRequestRow['state'] | null
}

/** Lists who was to be told, the newest request first. */
export function listNotificationRequests(
  context: Context,
  { appointmentId, patientId, state, ...args }: NotificationRequestFilters & PageArguments,
  fields: Set<string>,
): Promise<Page<NotificationRequest>> {
  return context.read((trx) => {
    let all = trx.selectFrom('notificationRequest').where('domainId', '=', context.domainId)
    if (isGiven(appointmentId)) all = all.where('appointmentId', '=', parseId(appointmentId) ?? '0')
    if (isGiven(patientId)) all = all.where('patientId', '=', parseId(patientId) ?? '0')
    if (state) all = all.where('state', '=', state)
    const query = all.selectAll() as SelectQueryBuilder<Tables, 'notificationRequest', NotificationRequest>
    return listPage(query, {
      order: [{ column: 'notification_request.id', name: 'id', direction: 'DESC', type: 'bigint' }],
      args,
      fields,
      context,
      count: () => countRows(all),
    })
  })
}

function isGiven(value: string | null | undefined): value is string {
  return value !== null && value !== undefined
}

/** Loads the requests of an appointment, the newest first, together with those of others that the request asks for. */
export async function loadRequestsOf(
  context: Context,
  appointmentId: string,
): Promise<NotificationRequest[]> {
  const { domainId } = context
  const found = await context
    .loader<NotificationRequest[]>('notification requests', (ids) =>
      context.read(async (trx) => {
        const rows = await trx
          .selectFrom('notificationRequest')
          .selectAll()
          .where('domainId', '=', domainId)
          .where('appointmentId', 'in', [...ids])
          .orderBy('id', 'desc')
          .execute()
        return Map.groupBy(rows, (row) => row.appointmentId)
      }),
    )
    .load(appointmentId)
  return found ?? []
}

/** Loads a request by its id. */
export function findNotificationRequest(context: Context, id: string): Promise<NotificationRequest | null> {
  return context.read(async (trx) => {
    const row = await trx
      .selectFrom('notificationRequest')
      .selectAll()
      .where('domainId', '=', context.domainId)
      .where('id', '=', parseId(id) ?? '0')
      .executeTakeFirst()
    return row ?? null
  })
}

/** Says what became of a request. Throws `NOT_FOUND` and `CONFLICT`. */
export async function settleNotificationRequest(
  { trx, domainId, now, audit }: AppointmentsChange,
  input: { id: string; expectedVersion?: number | null; state: NotificationRequestRow['state'] },
): Promise<{ id: string }> {
  const row = await trx
    .selectFrom('notificationRequest')
    .selectAll()
    .where('domainId', '=', domainId)
    .where('id', '=', parseId(input.id) ?? '0')
    .forNoKeyUpdate()
    .executeTakeFirst()
  if (!row) throw notFound('input.id')
  expectVersion(row.version, input.expectedVersion)
  const { id, patientId, state } = row
  if (state === input.state) return { id }
  const version = row.version + 1
  await trx
    .updateTable('notificationRequest')
    .set({ state: input.state, settledAt: input.state === 'UNSENT' ? null : now, version, updatedAt: now })
    .where('domainId', '=', domainId)
    .where('id', '=', id)
    .execute()
  audit({
    action: 'notification_request.settled',
    record: { type: 'NotificationRequest', id, version },
    patientId,
    fields: ['state'],
    before: { state },
    after: { state: input.state },
  })
  return { id }
}

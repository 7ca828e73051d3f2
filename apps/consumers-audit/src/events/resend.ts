import { refusal } from '@commonchart/errors'
import { mutate, parseUuid } from '@commonchart/subgraph'
import type { GraphQLResolveInfo } from 'graphql'
import { sql, type Transaction } from 'kysely'
import type { ConsumersChange, Context } from '../context.ts'
import type { Tables } from '../tables.ts'
import { createDelivery, createDeliveryIds, createDeliveryInsert } from './delivery-rows.ts'
import type { DomainEvent } from './domain-events.ts'
import { lockSubscription, type EventSubscription } from './subscriptions.ts'

export interface ResendInput {
  id: string
  eventId?: string | null
  fromSequence?: string | null
  toSequence?: string | null
  sinceSequence?: string | null
}

/** So many events of a range are put into the queue at once. */
const mostOfRange = 10_000

/**
 * Has events delivered again and gives how many: one, a range, or all from a place on. Throws `NOT_FOUND`,
 * `BAD_USER_INPUT` unless exactly one of the three is asked for, and `EVENT_RESEND_TOO_MANY`.
 */
export async function resendEvents(
  context: Context,
  info: GraphQLResolveInfo,
  domainId: number,
  input: ResendInput,
): Promise<number> {
  const range = readRange(input)
  const { queued } = await mutate(
    context,
    info,
    async (change) => {
      const subscription = await lockSubscription(change.trx, domainId, input.id)
      const queued = await (range.kind === 'since'
        ? rewind(change, subscription, range.since)
        : queueAgain(change, subscription, await findRange(change.trx, domainId, range)))
      const record = {
        type: 'EventSubscription',
        id: subscription.id,
        version: subscription.version,
      } as const
      change.audit({ action: 'event_subscription.resent', record })
      return { queued }
    },
    { domainId },
  )
  return queued
}

type Range =
  | { kind: 'since'; since: string }
  | { kind: 'range'; from: string; to: string }
  | { kind: 'event'; eventId: string }

function readRange({ eventId, fromSequence, toSequence, sinceSequence }: ResendInput): Range {
  const given = [eventId ?? null, fromSequence ?? toSequence ?? null, sinceSequence ?? null]
  if (given.filter((each) => each !== null).length !== 1)
    throw refusal(
      'BAD_USER_INPUT',
      'Exactly one is given: eventId, fromSequence with toSequence, or sinceSequence.',
      { path: 'input' },
    )
  if (sinceSequence) return { kind: 'since', since: readPlace(sinceSequence, 'input.sinceSequence') }
  if (eventId) return { kind: 'event', eventId }
  const from = readPlace(fromSequence, 'input.fromSequence')
  return { kind: 'range', from, to: readPlace(toSequence, 'input.toSequence') }
}

function readPlace(digits: string | null | undefined, path: string): string {
  if (!digits || !/^\d{1,15}$/.test(digits))
    throw refusal('BAD_USER_INPUT', 'A place in the log is digits, from 0.', { path })
  return digits
}

/** The places of a range. Throws `NOT_FOUND` for an event that the domain does not have. */
async function findRange(
  trx: Transaction<Tables>,
  domainId: number,
  range: Exclude<Range, { kind: 'since' }>,
): Promise<{ from: string; to: string }> {
  if (range.kind === 'range') return range
  const eventId = parseUuid(range.eventId)
  const place =
    eventId === null
      ? undefined
      : await trx
          .selectFrom('auditSequence')
          .select('sequence')
          .where('domainId', '=', domainId)
          .where('leafId', '=', eventId)
          .executeTakeFirst()
  if (!place) throw refusal('NOT_FOUND', 'The domain has no event with this id.', { path: 'input.eventId' })
  return { from: place.sequence, to: place.sequence }
}

async function queueAgain(
  { trx, domainId, now }: ConsumersChange,
  { id, topics }: EventSubscription,
  { from, to }: { from: string; to: string },
): Promise<number> {
  const { rows: events } = await sql<DomainEvent>`
    SELECT * FROM domain_event WHERE domain_id = ${domainId} AND sequence BETWEEN ${from}::bigint AND ${to}::bigint
      AND topic = ANY(${topics}::text[])
    ORDER BY sequence LIMIT ${sql.lit(mostOfRange + 1)}`.execute(trx)
  if (events.length > mostOfRange)
    throw refusal('EVENT_RESEND_TOO_MANY', `At most ${mostOfRange} events are sent again at once.`, {
      ...{ path: 'input.toSequence', most: mostOfRange },
    })
  if (events.length === 0) return 0
  const ids = createDeliveryIds(events.length, now)
  const of = { domainId, subscriptionId: id, resentUntil: to, now }
  const rows = events.map((event, at) => createDelivery(event, { ...of, id: ids[at] ?? '' }))
  await createDeliveryInsert(domainId, rows).execute(trx)
  await sql`UPDATE event_progress
    SET open_since = least(open_since, ${rows[0]?.id}::uuid), next_attempt_at = ${now}
    WHERE domain_id = ${domainId} AND subscription_id = ${id}::bigint`.execute(trx)
  return events.length
}

/** Has the subscription take events up anew from a place on; what waited behind that place comes with them. */
async function rewind(
  { trx, domainId }: ConsumersChange,
  { id, topics }: EventSubscription,
  since: string,
): Promise<number> {
  const { position } = await trx
    .selectFrom('eventProgress')
    .select('position')
    .where('domainId', '=', domainId)
    .where('subscriptionId', '=', id)
    .forUpdate()
    .executeTakeFirstOrThrow()
  if (BigInt(since) > BigInt(position)) return 0
  await trx
    .updateTable('eventDelivery')
    .set({ status: 'FAILED', nextAttemptAt: null })
    .where('domainId', '=', domainId)
    .where('subscriptionId', '=', id)
    .where('status', 'in', ['WAITING', 'RETRYING'])
    .where('sequence', '>=', since)
    .execute()
  await sql`UPDATE event_progress
    SET position = ${since}::bigint - 1, resent_until = greatest(resent_until, position)
    WHERE domain_id = ${domainId} AND subscription_id = ${id}::bigint`.execute(trx)
  const { rows } = await sql<{ count: number }>`
    SELECT count(*)::integer AS count FROM domain_event WHERE domain_id = ${domainId}
      AND sequence BETWEEN ${since}::bigint AND ${position}::bigint AND topic = ANY(${topics}::text[])`.execute(
    trx,
  )
  return rows[0]?.count ?? 0
}

import { createTimeOrderedId } from '@commonchart/audit'
import { sql, type RawBuilder, type Selectable } from 'kysely'
import type { DomainEvent } from './domain-events.ts'
import type { Attempt } from './post-event.ts'
import type { EventDeliveryRow } from './tables.ts'

export type EventDelivery = Selectable<EventDeliveryRow>

/** A change that a subscription is to be told of. */
export type NewEvent = Omit<DomainEvent, 'domainId'>

/** Whose deliveries they are, and up to which place events are taken up for a second time. */
export interface DeliveriesOf {
  domainId: number
  subscriptionId: string
  resentUntil: string
}

/** Makes ids of deliveries, in their order. */
export function createDeliveryIds(count: number, now: Date): string[] {
  return Array.from({ length: count }, () => createTimeOrderedId(now.getTime())).sort()
}

/** Makes the row of an event that waits for its turn. */
export function createDelivery(
  { sequence, eventId, topic, occurredAt, recordId, patientId, fields }: NewEvent,
  { id, now, domainId, subscriptionId, resentUntil }: DeliveriesOf & { id: string; now: Date },
): EventDelivery {
  return {
    ...{ domainId, id, subscriptionId },
    ...{ eventId, sequence, topic, occurredAt, recordId, patientId, fields },
    ...{ status: 'WAITING', attempts: '[]', firstFailedAt: null, nextAttemptAt: now, deliveredAt: null },
    ...{ isResend: BigInt(sequence) <= BigInt(resentUntil), isTest: false },
  }
}

/** Makes the statement that stores deliveries of one domain. */
export function createDeliveryInsert(domainId: number, rows: EventDelivery[]): RawBuilder<unknown> {
  return sql`/* prepare insert_event_deliveries */
    INSERT INTO event_delivery (domain_id, id, subscription_id, event_id, sequence, topic, occurred_at, record_id, patient_id,
      fields, status, attempts, first_failed_at, next_attempt_at, delivered_at, is_resend, is_test)
    SELECT ${domainId}::integer, id, "subscriptionId", "eventId", sequence, topic, "occurredAt", "recordId", "patientId",
      fields, status, attempts, "firstFailedAt", "nextAttemptAt", "deliveredAt", "isResend", "isTest"
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS given (id uuid, "subscriptionId" bigint, "eventId" uuid,
      sequence bigint, topic text, "occurredAt" timestamptz, "recordId" text, "patientId" text, fields text[], status text,
      attempts text, "firstFailedAt" timestamptz, "nextAttemptAt" timestamptz, "deliveredAt" timestamptz,
      "isResend" boolean, "isTest" boolean)`
}

/** A new event that was acknowledged at its first attempt. */
export interface DeliveredEvent {
  id: string
  told: NewEvent
  attempt: Attempt
}

/**
 * Makes the statement that stores deliveries of new events, in their order, that were acknowledged at once. As nearly all
 * are: what they tell of is taken from the events themselves, which costs less than half of sending it there and back.
 */
export function createDeliveredInsert(
  { domainId, subscriptionId, resentUntil }: DeliveriesOf,
  delivered: DeliveredEvent[],
  now: Date,
): RawBuilder<unknown> {
  const listOf = (read: (each: DeliveredEvent) => string | number | null): string =>
    `{${delivered.map(read).join(',')}}`
  return sql`/* prepare insert_delivered_events */
    INSERT INTO event_delivery (domain_id, id, subscription_id, event_id, sequence, topic, occurred_at, record_id, patient_id,
      fields, status, attempts, delivered_at, is_resend, is_test)
    SELECT ${domainId}::integer, given.id, ${subscriptionId}::bigint, e.event_id, e.sequence, e.topic, e.occurred_at,
      e.record_id, e.patient_id, e.fields, 'DELIVERED',
      '[{"at":"' || given.at || '","durationMs":' || given.took || ',"status":' || given.status || ',"error":null}]',
      ${now}::timestamptz, e.sequence <= ${resentUntil}::bigint, false
    FROM unnest(${listOf(({ told }) => told.sequence)}::bigint[], ${listOf(({ id }) => id)}::uuid[],
        ${listOf(({ attempt }) => attempt.at)}::text[], ${listOf(({ attempt }) => attempt.durationMs)}::integer[],
        ${listOf(({ attempt }) => attempt.status)}::integer[]) AS given (sequence, id, at, took, status)
      JOIN domain_event e ON e.domain_id = ${domainId}::integer AND e.sequence = given.sequence
        AND e.sequence BETWEEN ${delivered[0]?.told.sequence}::bigint AND ${delivered.at(-1)?.told.sequence}::bigint`
}

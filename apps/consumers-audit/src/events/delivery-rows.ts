import { createTimeOrderedId } from '@commonchart/audit'
import { sql, type RawBuilder, type Selectable } from 'kysely'
import type { DomainEvent } from './domain-events.ts'
import type { EventDeliveryRow } from './tables.ts'

export type EventDelivery = Selectable<EventDeliveryRow>

/** Makes the rows of events that wait for their turn; their ids are in the order of the events. */
export function createDeliveries(
  events: readonly DomainEvent[],
  more: { subscriptionId: string; isResend: (event: DomainEvent) => boolean; now: Date },
): EventDelivery[] {
  const { subscriptionId, isResend, now } = more
  const ids = events.map(() => createTimeOrderedId(now.getTime())).sort()
  return events.map((event, at) => {
    const { domainId, sequence, eventId, topic, occurredAt, recordId, patientId, fields } = event
    return {
      ...{ domainId, id: ids[at] ?? '', subscriptionId },
      ...{ eventId, sequence, topic, occurredAt, recordId, patientId, fields },
      ...{ status: 'WAITING', attempts: '[]', firstFailedAt: null, nextAttemptAt: now, deliveredAt: null },
      ...{ isResend: isResend(event), isTest: false },
    }
  })
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

import { createHmac, type KeyObject } from 'node:crypto'
import type { EventDeliveryRow } from './tables.ts'

/** What a delivery tells of. */
export type ToldEvent = Pick<
  EventDeliveryRow,
  'eventId' | 'sequence' | 'topic' | 'occurredAt' | 'recordId' | 'patientId' | 'fields'
>

/** The body of a delivery: ids and names of fields, never a value of one. The same at every attempt and resend. */
export function writePayload(
  { eventId, sequence, topic, occurredAt, recordId, patientId, fields }: ToldEvent,
  { subscriptionId, accountDomain }: { subscriptionId: string; accountDomain: string },
): string {
  // What is undefined is left out. A time as text, because with one as Date all of it is written at half the speed.
  return JSON.stringify({
    topic,
    subscriptionId,
    accountDomain,
    patientId: patientId ?? undefined,
    mergedPatientId: topic === 'patient.merged' ? recordId : undefined,
    appointmentId: topic.startsWith('appointment.') ? recordId : undefined,
    eventId,
    sequence: sequence === null ? null : Number(sequence),
    occurredAt: occurredAt.toISOString(),
    changedFields: fields,
  })
}

/**
 * The headers that Standard Webhooks has for a delivery: its id, the time in seconds, and for each secret `v1,` and the
 * base64 of HMAC-SHA256 over id, time and body, separated by dots.
 */
export function signPayload(
  body: string,
  { id, now, secrets }: { id: string; now: number; secrets: readonly (Buffer | KeyObject)[] },
): Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string> {
  const timestamp = String(Math.floor(now / 1000))
  const signed = `${id}.${timestamp}.${body}`
  const signatures = secrets.map(
    (secret) => `v1,${createHmac('sha256', secret).update(signed).digest('base64')}`,
  )
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') }
}

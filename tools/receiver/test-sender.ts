import { createHmac, randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import type { ReceivedEvent } from './event-file.ts'

/** Makes a secret as a subscription has it. */
export function createSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`
}

/** Makes an event as it is delivered. */
export function createEvent(facts: Partial<ReceivedEvent> = {}): ReceivedEvent {
  return {
    ...{ topic: 'patient_demographics.updated', subscriptionId: '7', accountDomain: 'north' },
    ...{ eventId: randomUUID(), sequence: 1, occurredAt: '2026-11-30T12:00:00.000Z', patientId: '12' },
    ...{ changedFields: ['lastName'], ...facts },
  }
}

/** A request as the sender makes it, signed under each of the secrets. */
export function signDelivery(
  secrets: string[],
  event: ReceivedEvent,
  sentAt = Math.floor(Date.now() / 1000),
): { method: 'POST'; headers: Record<string, string>; body: string } {
  const body = JSON.stringify(event)
  const sign = (secret: string): string =>
    createHmac('sha256', Buffer.from(secret.slice(6), 'base64'))
      .update(`${event.eventId}.${sentAt}.${body}`)
      .digest('base64')
  const headers = {
    'content-type': 'application/json',
    'webhook-id': event.eventId,
    'webhook-timestamp': String(sentAt),
    'webhook-signature': secrets.map((secret) => `v1,${sign(secret)}`).join(' '),
  }
  return { method: 'POST', headers, body }
}

/** A folder that is removed when the tests of the file have run. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'commonchart-receiver-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

import { randomUUID } from 'node:crypto'
import { createTimeOrderedId } from '@commonchart/audit'
import { withDomain } from '@commonchart/database'
import { mutate } from '@commonchart/subgraph'
import type { GraphQLResolveInfo } from 'graphql'
import { getDomain } from '../domains.ts'
import type { Context } from '../context.ts'
import { getDelivery } from './delivery-log.ts'
import { createDeliveryInsert, type EventDelivery } from './delivery-rows.ts'
import { signPayload, writePayload } from './payload.ts'
import { openReceiver, type Attempt } from './post-event.ts'
import { listSecrets, openSecret } from './secrets.ts'
import type { EventKeeping } from './change-subscription.ts'
import { lockSubscription } from './subscriptions.ts'
import { testTopic } from './topics.ts'

/** A subgraph answers within 8 s. */
const testTimeoutMs = 5000

/** Sends a test to the receiver of a subscription, once, and gives the delivery. Throws `NOT_FOUND`. */
export async function sendTestEvent(
  context: Context,
  info: GraphQLResolveInfo,
  domainId: number,
  input: { id: string },
  keeping: EventKeeping,
): Promise<EventDelivery> {
  // The row is there before anything is sent, so that a repeat finds it and sends nothing.
  const { id, subscriptionId } = await mutate(
    context,
    info,
    async ({ trx, now, audit }) => {
      const { id: subscriptionId, version } = await lockSubscription(trx, domainId, input.id)
      const row = createTest(domainId, subscriptionId, now)
      await createDeliveryInsert(domainId, [row]).execute(trx)
      const record = { type: 'EventSubscription', id: subscriptionId, version } as const
      audit({ action: 'event_subscription.tested', record })
      return { id: row.id, subscriptionId }
    },
    { domainId },
  )
  const row = await getDelivery(context, domainId, id)
  if (row.status !== 'WAITING') return row
  await context.endReads()
  const attempt = await postTest(context, row, subscriptionId, keeping)
  await withDomain(context.db, domainId, (trx) =>
    trx
      .updateTable('eventDelivery')
      .set({
        status: attempt.error === null ? 'DELIVERED' : 'FAILED',
        attempts: JSON.stringify([attempt]),
        nextAttemptAt: null,
        deliveredAt: attempt.error === null ? new Date() : null,
      })
      .where('domainId', '=', domainId)
      .where('id', '=', id)
      .execute(),
  )
  return getDelivery(context, domainId, id)
}

function createTest(domainId: number, subscriptionId: string, now: Date): EventDelivery {
  return {
    ...{ domainId, id: createTimeOrderedId(now.getTime()), subscriptionId, eventId: randomUUID() },
    ...{ sequence: null, topic: testTopic, occurredAt: now, recordId: null, patientId: null, fields: [] },
    ...{ status: 'WAITING', attempts: '[]', firstFailedAt: null, nextAttemptAt: null, deliveredAt: null },
    ...{ isResend: false, isTest: true },
  }
}

async function postTest(
  context: Context,
  row: EventDelivery,
  subscriptionId: string,
  { policy, masterKeys }: EventKeeping,
): Promise<Attempt> {
  const { domainId } = row
  const { url, secrets } = await withDomain(context.db, domainId, async (trx) => ({
    url: (await lockSubscription(trx, domainId, subscriptionId)).url,
    secrets: (await listSecrets(trx, domainId, subscriptionId)).map((each) => openSecret(masterKeys, each)),
  }))
  const { name: accountDomain } = await getDomain(context.db, domainId)
  const body = writePayload(row, { subscriptionId, accountDomain })
  const receiver = openReceiver(url, { policy, timeoutMs: testTimeoutMs })
  try {
    return await receiver.post(body, signPayload(body, { id: row.eventId, now: Date.now(), secrets }))
  } finally {
    await receiver.close()
  }
}

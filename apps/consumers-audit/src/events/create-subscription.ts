import { refusal, Violations } from '@commonchart/errors'
import { mutate } from '@commonchart/subgraph'
import type { GraphQLResolveInfo } from 'graphql'
import { readTreeSize } from '../audit/tree.ts'
import { lockConsumer } from '../consumers.ts'
import type { ConsumersChange, Context } from '../context.ts'
import { readLine } from '../single-line.ts'
import { audit, type EventKeeping } from './change-subscription.ts'
import { readEventUrl } from './event-url.ts'
import { insertSecret } from './secrets.ts'
import { readTopics } from './topics.ts'

export interface CreateSubscriptionInput {
  consumerId: string
  name: string
  url: string
  topics: string[]
  active: boolean | null
}

const mostOfConsumer = 50

/**
 * Subscribes a consumer to what happens from now on; gives the id and, unless the request is a repeat, the secret. Throws
 * `NOT_FOUND`, `VALIDATION_FAILED`, `EVENT_SUBSCRIPTIONS_FULL`, and as `readTopics` and `readEventUrl` do.
 */
export async function createSubscription(
  context: Context,
  info: GraphQLResolveInfo,
  domainId: number,
  input: CreateSubscriptionInput,
  { policy, masterKeys }: EventKeeping,
): Promise<{ id: string; secret: string | null }> {
  const violations = new Violations()
  const name = readLine(input.name, 'input.name', violations)
  violations.throwIfAny()
  const topics = readTopics(input.topics, 'input.topics')
  const url = await readEventUrl(policy, input.url, 'input.url')
  // It never goes into what is stored for repeats.
  let made: string | null = null
  const { id } = await mutate(
    context,
    info,
    async (change) => {
      const { trx, now } = change
      const consumer = await lockConsumer(trx, domainId, input.consumerId, 'input.consumerId')
      await refuseTooMany(change, consumer.id)
      const { id } = await trx
        .insertInto('eventSubscription')
        .values({
          ...{ domainId, consumerId: consumer.id, name, url, topics },
          ...{ state: input.active === false ? 'PAUSED' : 'ACTIVE', stateReason: null },
          ...{ version: 1, createdAt: now, updatedAt: now },
        })
        .returning('id')
        .executeTakeFirstOrThrow()
      const position = String((await readTreeSize(trx, domainId)) - 1)
      await trx
        .insertInto('eventProgress')
        .values({ domainId, subscriptionId: id, position, resentUntil: '-1' })
        .execute()
      made = (await insertSecret(trx, masterKeys, { domainId, subscriptionId: id, now })).secret
      audit(change, { id, version: 1 }, 'event_subscription.created', [
        ...['consumerId', 'name', 'url', 'topics', 'state'],
      ])
      return { id }
    },
    { domainId },
  )
  return { id, secret: made }
}

/** The consumer must be locked. Throws `EVENT_SUBSCRIPTIONS_FULL`. */
async function refuseTooMany({ trx, domainId }: ConsumersChange, consumerId: string): Promise<void> {
  const present = await trx
    .selectFrom('eventSubscription')
    .select('id')
    .where('domainId', '=', domainId)
    .where('consumerId', '=', consumerId)
    .where('state', '<>', 'DEACTIVATED')
    .limit(mostOfConsumer)
    .execute()
  if (present.length >= mostOfConsumer)
    throw refusal('EVENT_SUBSCRIPTIONS_FULL', `A consumer has at most ${mostOfConsumer} subscriptions.`, {
      ...{ path: 'input.consumerId', most: mostOfConsumer },
    })
}

import { refusal } from '@commonchart/errors'
import { parseId } from '@commonchart/subgraph'
import type { GraphQLResolveInfo } from 'graphql'
import type { MasterKeys } from '../access/master-keys.ts'
import type { Context } from '../context.ts'
import { insertSecret, listSecrets, mostSecrets } from './secrets.ts'
import { changeSubscription, type SubscriptionInput } from './change-subscription.ts'

/**
 * Makes a second secret; gives it unless the request is a repeat. Throws `NOT_FOUND`, `CONFLICT` and `EVENT_SECRETS_FULL`.
 */
export async function addSecret(
  context: Context,
  info: GraphQLResolveInfo,
  domainId: number,
  input: SubscriptionInput,
  { masterKeys }: { masterKeys: MasterKeys },
): Promise<{ id: string; secret: string | null }> {
  let made: string | null = null
  const id = await changeSubscription(context, info, domainId, input, async ({ trx, now }, subscription) => {
    const present = await listSecrets(trx, domainId, subscription.id)
    if (present.length >= mostSecrets)
      throw refusal('EVENT_SECRETS_FULL', `A subscription has at most ${mostSecrets} secrets.`, {
        path: 'input.id',
      })
    const owner = { domainId, subscriptionId: subscription.id, now }
    made = (await insertSecret(trx, masterKeys, owner)).secret
    return { set: {}, fields: ['secrets'], action: 'event_secret.added' }
  })
  return { id, secret: made }
}

/** Forgets a secret. Throws `NOT_FOUND`, `CONFLICT` and `EVENT_SECRET_LAST`. */
export function removeSecret(
  context: Context,
  info: GraphQLResolveInfo,
  domainId: number,
  input: SubscriptionInput & { secretId: string },
): Promise<string> {
  return changeSubscription(context, info, domainId, input, async ({ trx }, subscription) => {
    const present = await listSecrets(trx, domainId, subscription.id)
    const secret = present.find(({ id }) => id === parseId(input.secretId))
    if (!secret)
      throw refusal('NOT_FOUND', 'The subscription has no secret with this id.', { path: 'input.secretId' })
    if (present.length === 1)
      throw refusal('EVENT_SECRET_LAST', 'A subscription keeps one secret at least.', {
        path: 'input.secretId',
      })
    await trx.deleteFrom('eventSecret').where('domainId', '=', domainId).where('id', '=', secret.id).execute()
    return { set: {}, fields: ['secrets'], action: 'event_secret.removed' }
  })
}

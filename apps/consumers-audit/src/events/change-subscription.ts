import { detailOf, type AuditAction } from '@commonchart/audit'
import { expectVersion, mutate, type Made } from '@commonchart/subgraph'
import type { GraphQLResolveInfo } from 'graphql'
import type { Updateable } from 'kysely'
import type { MasterKeys } from '../access/master-keys.ts'
import type { ConsumersChange, Context } from '../context.ts'
import type { AddressPolicy } from './addresses.ts'
import { lockSubscription, type EventSubscription } from './subscriptions.ts'
import type { EventSubscriptionRow } from './tables.ts'

/** What changes of subscriptions rest on. */
export interface EventKeeping {
  policy: AddressPolicy
  masterKeys: MasterKeys
}

export interface SubscriptionInput {
  id: string
  expectedVersion?: number | null
}

interface SubscriptionEdit {
  set: Omit<Updateable<EventSubscriptionRow>, 'domainId' | 'id' | 'version' | 'updatedAt'>
  /** What differs; the subscription stays as it is when nothing does. */
  fields: string[]
  action: AuditAction
}

/** Changes one subscription under a row lock. Throws `NOT_FOUND`, `EVENT_SUBSCRIPTION_DEACTIVATED` and `CONFLICT`. */
export async function changeSubscription(
  context: Context,
  info: GraphQLResolveInfo,
  domainId: number,
  input: SubscriptionInput,
  edit: (change: ConsumersChange, subscription: EventSubscription) => Promise<SubscriptionEdit>,
): Promise<string> {
  const { id } = await mutate(
    context,
    info,
    async (change): Promise<Made & { id: string }> => {
      const subscription = await lockSubscription(change.trx, domainId, input.id)
      expectVersion(subscription.version, input.expectedVersion)
      const { set, fields, action } = await edit(change, subscription)
      const { id } = subscription
      if (fields.length === 0) return { id }
      const version = subscription.version + 1
      await change.trx
        .updateTable('eventSubscription')
        .set({ ...set, version, updatedAt: change.now })
        .where('domainId', '=', domainId)
        .where('id', '=', id)
        .execute()
      const names = Object.keys(set)
      const detail = names.length > 0 ? detailOf(subscription, set, names) : {}
      audit(change, { id, version }, action, fields, detail)
      return { id }
    },
    { domainId },
  )
  return id
}

/** Records what was done to a subscription. */
export function audit(
  change: ConsumersChange,
  { id, version }: { id: string; version: number },
  action: AuditAction,
  fields: string[],
  detail: ReturnType<typeof detailOf> | object = {},
): void {
  change.audit({ action, record: { type: 'EventSubscription', id, version }, fields, ...detail })
}

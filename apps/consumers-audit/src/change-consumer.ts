import { detailOf } from '@commonchart/audit'
import { refusal } from '@commonchart/errors'
import { expectVersion, mutate } from '@commonchart/subgraph'
import type { GraphQLResolveInfo } from 'graphql'
import type { Updateable } from 'kysely'
import { lockConsumer, type Consumer } from './consumers.ts'
import type { ConsumersChange, Context } from './context.ts'
import { advanceRegistry } from './registry.ts'
import type { ConsumerRow } from './tables.ts'

/** What every change of one consumer says. */
export interface ConsumerInput {
  id: string
  expectedVersion?: number | null
}

interface ConsumerEdit {
  set: Omit<Updateable<ConsumerRow>, 'domainId' | 'id' | 'version' | 'createdAt' | 'updatedAt'>
  /** What differs; nothing is written when nothing does. */
  fields: string[]
  /** The audit event of the consumer itself, an edit by default; a key has an event of its own beside it. */
  action?: 'consumer.updated' | 'consumer.activated' | 'consumer.deactivated'
  keyId?: string
}

/** Changes one consumer under a row lock, or nothing when no field would change. Throws `NOT_FOUND` and `CONFLICT`. */
export async function changeConsumer(
  context: Context,
  info: GraphQLResolveInfo,
  domainId: number,
  input: ConsumerInput,
  edit: (change: ConsumersChange, consumer: Consumer) => Promise<ConsumerEdit>,
): Promise<{ consumerId: string; keyId: string }> {
  return mutate(
    context,
    info,
    async (change) => {
      const consumer = await lockConsumer(change.trx, domainId, input.id, 'input.id')
      expectVersion(consumer.version, input.expectedVersion)
      const { set, fields, action = 'consumer.updated', keyId = '' } = await edit(change, consumer)
      const made = { consumerId: consumer.id, keyId }
      if (fields.length === 0) return made
      const version = consumer.version + 1
      await change.trx
        .updateTable('consumer')
        .set({ ...set, version, updatedAt: change.now })
        .where('domainId', '=', domainId)
        .where('id', '=', consumer.id)
        .execute()
        .catch(refuseIssuerInUse)
      change.audit({
        action,
        record: { type: 'EnterpriseApiConsumer', id: consumer.id, version },
        fields,
        ...(Object.keys(set).length > 0 && detailOf(consumer, set, fields)),
      })
      await advanceRegistry(change.trx, domainId, consumer.id)
      return made
    },
    { domainId },
  )
}

export function issuerInUse(): Error {
  return refusal('ISSUER_IN_USE', 'Another consumer of the domain has this issuer.', { path: 'input.issuer' })
}

/** Constraint names carry a suffix on Citus, so the beginning decides. */
function refuseIssuerInUse(error: { code?: string; constraint?: string }): never {
  if (error.code === '23505' && error.constraint?.startsWith('consumer_issuer_once')) throw issuerInUse()
  throw error
}

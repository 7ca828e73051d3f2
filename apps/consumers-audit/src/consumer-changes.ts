import { detailOf } from '@commonchart/audit'
import { refusal, Violations } from '@commonchart/errors'
import { expectVersion, mutate, searchKey } from '@commonchart/subgraph'
import type { GraphQLResolveInfo } from 'graphql'
import { insertKey, readKid, retireKey } from './consumer-keys.ts'
import { lockConsumer, type Consumer } from './consumers.ts'
import type { ConsumersChange, Context } from './context.ts'
import { readPublicKey } from './public-keys.ts'
import { advanceRegistry } from './registry.ts'
import { readLine } from './single-line.ts'

export interface CreateConsumerInput {
  name: string
  active: boolean | null
  issuer?: string | null
  audience?: string | null
  publicKey: string
  kid?: string | null
}

/** What every change of one consumer says. */
export interface ConsumerInput {
  id: string
  expectedVersion?: number | null
}

export interface UpdateConsumerInput extends ConsumerInput {
  name?: string | null
  issuer?: string | null
  audience?: string | null
}

/**
 * Registers a consumer with its first key and gives its id. Throws `ISSUER_IN_USE`, and the refusals of `readPublicKey`
 * and `insertKey`.
 */
export async function createConsumer(
  context: Context,
  info: GraphQLResolveInfo,
  domainId: number,
  input: CreateConsumerInput,
): Promise<string> {
  const key = readPublicKey(input.publicKey)
  const violations = new Violations()
  const name = readLine(input.name, 'input.name', violations)
  const issuer = readLine(input.issuer ?? input.name, 'input.issuer', violations)
  const audience = readAudience(input.audience ?? null, violations)
  const kid = readKid(input.kid, 'input.kid', violations)
  violations.throwIfAny()
  const { consumerId } = await mutate(
    context,
    info,
    async (change) => {
      const inserted = await change.trx
        .insertInto('consumer')
        .values({
          ...{ domainId, name, nameKey: searchKey(name), active: input.active ?? true, issuer, audience },
          ...{ version: 1, createdAt: change.now, updatedAt: change.now },
        })
        .onConflict((conflict) => conflict.columns(['domainId', 'issuer']).doNothing())
        .returning('id')
        .executeTakeFirst()
      if (!inserted) throw issuerInUse()
      change.audit({
        action: 'consumer.created',
        record: { type: 'EnterpriseApiConsumer', id: inserted.id, version: 1 },
        fields: ['name', 'active', 'issuer', ...(audience === null ? [] : ['audience'])],
      })
      await insertKey(change, inserted.id, key, kid)
      await advanceRegistry(change.trx, domainId, inserted.id)
      return { consumerId: inserted.id }
    },
    { domainId },
  )
  return consumerId
}

/** Renames a consumer or gives it another issuer or audience. Throws `NOT_FOUND`, `CONFLICT`, `ISSUER_IN_USE`. */
export async function updateConsumer(
  context: Context,
  info: GraphQLResolveInfo,
  domainId: number,
  input: UpdateConsumerInput,
): Promise<string> {
  const violations = new Violations()
  const given: Partial<Pick<Consumer, 'name' | 'issuer' | 'audience'>> = {}
  if (input.name !== undefined) given.name = readLine(input.name, 'input.name', violations)
  if (input.issuer !== undefined) given.issuer = readLine(input.issuer, 'input.issuer', violations)
  if (input.audience !== undefined) given.audience = readAudience(input.audience, violations)
  violations.throwIfAny()
  const { consumerId } = await changeConsumer(context, info, domainId, input, (_, consumer) => {
    const fields = (['name', 'issuer', 'audience'] as const).filter(
      (field) => given[field] !== undefined && given[field] !== consumer[field],
    )
    const set = given.name === undefined ? given : { ...given, nameKey: searchKey(given.name) }
    return Promise.resolve({ set, fields, action: 'consumer.updated' })
  })
  return consumerId
}

/** Lets a consumer's tokens in, or keeps them out. Throws `NOT_FOUND` and `CONFLICT`. */
export async function setConsumerActive(
  context: Context,
  info: GraphQLResolveInfo,
  domainId: number,
  input: ConsumerInput,
  active: boolean,
): Promise<string> {
  const { consumerId } = await changeConsumer(context, info, domainId, input, (_, consumer) =>
    Promise.resolve({
      set: { active },
      fields: consumer.active === active ? [] : ['active'],
      action: active ? 'consumer.activated' : 'consumer.deactivated',
    }),
  )
  return consumerId
}

/** Adds a key to a consumer. Throws `NOT_FOUND`, `CONFLICT`, and as `readPublicKey` and `insertKey`. */
export async function addConsumerKey(
  context: Context,
  info: GraphQLResolveInfo,
  domainId: number,
  input: ConsumerInput & { publicKey: string; kid?: string | null },
): Promise<{ consumerId: string; keyId: string }> {
  const key = readPublicKey(input.publicKey)
  const violations = new Violations()
  const kid = readKid(input.kid, 'input.kid', violations)
  violations.throwIfAny()
  return changeConsumer(context, info, domainId, input, async (change, { id }) => ({
    set: {},
    fields: ['keys'],
    keyId: await insertKey(change, id, key, kid),
  }))
}

/** Retires a key of a consumer; one that is retired already stays as it is. Throws `NOT_FOUND` and `CONFLICT`. */
export async function retireConsumerKey(
  context: Context,
  info: GraphQLResolveInfo,
  domainId: number,
  input: ConsumerInput & { keyId: string },
): Promise<{ consumerId: string; keyId: string }> {
  return changeConsumer(context, info, domainId, input, async (change, { id }) => {
    const { keyId, retired } = await retireKey(change, id, input.keyId)
    return { set: {}, fields: retired ? ['keys'] : [], keyId }
  })
}

interface ConsumerEdit {
  set: Partial<Pick<Consumer, 'name' | 'nameKey' | 'issuer' | 'audience' | 'active'>>
  fields: string[]
  /** The audit event of the consumer itself; keys have events of their own. */
  action?: 'consumer.updated' | 'consumer.activated' | 'consumer.deactivated'
  keyId?: string
}

/** Changes one consumer under a row lock, or nothing when no field would change. */
async function changeConsumer(
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
      const { set, fields, action, keyId = '' } = await edit(change, consumer)
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
      if (action)
        change.audit({
          action,
          record: { type: 'EnterpriseApiConsumer', id: consumer.id, version },
          fields,
          ...detailOf(consumer, set, fields),
        })
      await advanceRegistry(change.trx, domainId, consumer.id)
      return made
    },
    { domainId },
  )
}

function readAudience(audience: string | null, violations: Violations): string | null {
  return audience === null ? null : readLine(audience, 'input.audience', violations)
}

function issuerInUse(): Error {
  return refusal('ISSUER_IN_USE', 'Another consumer of the domain has this issuer.', { path: 'input.issuer' })
}

/** Constraint names carry a suffix on Citus, so the beginning decides. */
function refuseIssuerInUse(error: { code?: string; constraint?: string }): never {
  if (error.code === '23505' && error.constraint?.startsWith('consumer_issuer_once')) throw issuerInUse()
  throw error
}

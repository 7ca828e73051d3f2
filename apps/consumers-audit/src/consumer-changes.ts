import { Violations } from '@commonchart/errors'
import { mutate, searchKey } from '@commonchart/subgraph'
import type { GraphQLResolveInfo } from 'graphql'
import { changeConsumer, issuerInUse, type ConsumerInput } from './change-consumer.ts'
import { insertKey, readKid } from './consumer-keys.ts'
import {
  differingFields,
  judgeFuture,
  readRestrictions,
  unrestricted,
  type RestrictionsInput,
} from './consumer-restrictions.ts'
import { lockConsumer, type Consumer } from './consumers.ts'
import type { ConsumersChange, Context } from './context.ts'
import { readPublicKey } from './public-keys.ts'
import { advanceRegistry } from './registry.ts'
import { readLine } from './single-line.ts'

export interface CreateConsumerInput extends RestrictionsInput {
  name: string
  active: boolean | null
  issuer?: string | null
  audience?: string | null
  publicKey: string
  kid?: string | null
}

export interface CopyConsumerInput {
  id: string
  name: string
  active?: boolean | null
  issuer?: string | null
  publicKey: string
  kid?: string | null
}

export interface UpdateConsumerInput extends ConsumerInput, RestrictionsInput {
  name?: string | null
  issuer?: string | null
  audience?: string | null
}

/**
 * Registers a consumer with its first key and gives its id. Throws `VALIDATION_FAILED`, `ISSUER_IN_USE`, and the refusals
 * of `readPublicKey` and `insertKey`.
 */
export async function createConsumer(
  context: Context,
  info: GraphQLResolveInfo,
  domainId: number,
  input: CreateConsumerInput,
): Promise<string> {
  const key = readPublicKey(input.publicKey)
  const violations = new Violations()
  const names = readNames(input, violations)
  const audience = readAudience(input.audience ?? null, violations)
  const kid = readKid(input.kid, 'input.kid', violations)
  const restrictions = { ...unrestricted, ...readRestrictions(input, violations) }
  const { consumerId } = await mutate(
    context,
    info,
    async (change) => {
      judgeFuture(restrictions.expiresAt, change.now, 'input.expiresAt', violations)
      violations.throwIfAny()
      const made = { ...names, active: input.active ?? true, audience, ...restrictions }
      const id = await insertConsumer(change, made, 'consumer.created')
      await insertKey(change, id, key, { kid, notBefore: null, retireAt: null })
      await advanceRegistry(change.trx, domainId, id)
      return { consumerId: id }
    },
    { domainId },
  )
  return consumerId
}

/**
 * Registers a consumer with the audience and restrictions of another, and a key of its own. Throws `NOT_FOUND`, and as
 * `createConsumer` does.
 */
export async function copyConsumer(
  context: Context,
  info: GraphQLResolveInfo,
  domainId: number,
  input: CopyConsumerInput,
): Promise<string> {
  const key = readPublicKey(input.publicKey)
  const violations = new Violations()
  const names = readNames(input, violations)
  const kid = readKid(input.kid, 'input.kid', violations)
  violations.throwIfAny()
  const { consumerId } = await mutate(
    context,
    info,
    async (change) => {
      const other = await lockConsumer(change.trx, domainId, input.id, 'input.id')
      const { audience, scopes, ipRanges, expiresAt, requestsPerMinute } = other
      const made = {
        ...{ ...names, active: input.active ?? other.active, audience },
        ...{ scopes, ipRanges, expiresAt, requestsPerMinute },
      }
      const id = await insertConsumer(change, made, 'consumer.copied')
      await insertKey(change, id, key, { kid, notBefore: null, retireAt: null })
      await advanceRegistry(change.trx, domainId, id)
      return { consumerId: id }
    },
    { domainId },
  )
  return consumerId
}

/**
 * Renames a consumer or changes its issuer, audience or restrictions. Throws `VALIDATION_FAILED`, `NOT_FOUND`, `CONFLICT`
 * and `ISSUER_IN_USE`.
 */
export async function updateConsumer(
  context: Context,
  info: GraphQLResolveInfo,
  domainId: number,
  input: UpdateConsumerInput,
): Promise<string> {
  const violations = new Violations()
  const given: Partial<Consumer> = readRestrictions(input, violations)
  if (input.name !== undefined) given.name = readLine(input.name, 'input.name', violations)
  if (input.issuer !== undefined) given.issuer = readLine(input.issuer, 'input.issuer', violations)
  if (input.audience !== undefined) given.audience = readAudience(input.audience, violations)
  const { consumerId } = await changeConsumer(context, info, domainId, input, (change, consumer) => {
    const fields = differingFields(consumer, given)
    if (fields.includes('expiresAt')) judgeFuture(given.expiresAt, change.now, 'input.expiresAt', violations)
    violations.throwIfAny()
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

type Settings = Omit<Consumer, 'domainId' | 'id' | 'nameKey' | 'version' | 'createdAt' | 'updatedAt'>

/** Inserts a consumer and gives its id. Throws `ISSUER_IN_USE`. */
async function insertConsumer(
  { trx, domainId, now, audit }: ConsumersChange,
  settings: Settings,
  action: 'consumer.created' | 'consumer.copied',
): Promise<string> {
  const inserted = await trx
    .insertInto('consumer')
    .values({
      ...settings,
      ...{ domainId, nameKey: searchKey(settings.name), version: 1, createdAt: now, updatedAt: now },
    })
    .onConflict((conflict) => conflict.columns(['domainId', 'issuer']).doNothing())
    .returning('id')
    .executeTakeFirst()
  if (!inserted) throw issuerInUse()
  const { name: _, active: __, issuer: ___, ...more } = settings
  const given = Object.entries(more).flatMap(([name, value]) => (value === null ? [] : [name]))
  const fields = ['name', 'active', 'issuer', ...given]
  audit({ action, record: { type: 'EnterpriseApiConsumer', id: inserted.id, version: 1 }, fields })
  return inserted.id
}

function readNames(input: { name: string; issuer?: string | null }, violations: Violations) {
  return {
    name: readLine(input.name, 'input.name', violations),
    issuer: readLine(input.issuer ?? input.name, 'input.issuer', violations),
  }
}

function readAudience(audience: string | null, violations: Violations): string | null {
  return audience === null ? null : readLine(audience, 'input.audience', violations)
}

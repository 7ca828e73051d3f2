import { detailOf } from '@commonchart/audit'
import { refusal, type Violations } from '@commonchart/errors'
import { parseId } from '@commonchart/subgraph'
import type { Selectable, Transaction } from 'kysely'
import { readIn } from './callers.ts'
import { differingFields } from './consumer-restrictions.ts'
import type { ConsumersChange, Context } from './context.ts'
import type { Consumer } from './consumers.ts'
import type { PublicRsaKey } from './public-keys.ts'
import type { ConsumerKeyRow, Tables } from './tables.ts'

export type ConsumerKey = Selectable<ConsumerKeyRow>

/** The keys of a consumer, oldest first, fetched together with those of others that the request asks for. */
export async function loadKeys(
  context: Context,
  { domainId, id }: Consumer,
  { includeRetired }: { includeRetired: boolean | null },
): Promise<ConsumerKey[]> {
  const loader = context.loader(`consumerKeys:${domainId}`, (ids) =>
    readIn(context, domainId, (trx) => listKeys(trx, domainId, ids)),
  )
  const keys = (await loader.load(id)) ?? []
  return includeRetired === false ? keys.filter((key) => findRetirement(key) === null) : keys
}

/** Since when a key is no longer accepted, retired at once or by itself; null while it is not. */
export function findRetirement(
  { retiredAt, retireAt }: Pick<ConsumerKey, 'retiredAt' | 'retireAt'>,
  now = Date.now(),
): Date | null {
  if (retiredAt) return retiredAt
  return retireAt && retireAt.getTime() <= now ? retireAt : null
}

async function listKeys(
  trx: Transaction<Tables>,
  domainId: number,
  consumerIds: readonly string[],
): Promise<Map<string, ConsumerKey[]>> {
  const rows = await trx
    .selectFrom('consumerKey')
    .selectAll()
    .where('domainId', '=', domainId)
    .where('consumerId', 'in', consumerIds)
    .orderBy('consumerId')
    .orderBy('id')
    .execute()
  return Map.groupBy(rows, (row) => row.consumerId)
}

/** Gets a key that is known to be there. */
export function getKey(context: Context, domainId: number, id: string): Promise<ConsumerKey> {
  return readIn(context, domainId, (trx) =>
    trx
      .selectFrom('consumerKey')
      .selectAll()
      .where('domainId', '=', domainId)
      .where('id', '=', id)
      .executeTakeFirstOrThrow(),
  )
}

/** Reads a `kid` as the gateway's token gate takes it; none is null. */
export function readKid(kid: string | null | undefined, path: string, violations: Violations): string | null {
  if (kid === null || kid === undefined) return null
  if (!/^[A-Za-z0-9._~:-]{1,128}$/.test(kid))
    violations.add(path, 'KEY_ID', 'A kid is 1 to 128 of letters, digits and ._~:-')
  return kid
}

/**
 * Registers a key for a consumer that the transaction has locked or made, and gives its id. Throws `KEY_ID_IN_USE` and
 * `KEY_IN_USE`; the latter names the consumer that has the key, and never the key.
 */
export async function insertKey(
  { trx, domainId, now, audit }: ConsumersChange,
  consumerId: string,
  { thumbprint, publicKey, modulus }: PublicRsaKey,
  { kid, notBefore, retireAt }: Pick<ConsumerKey, 'kid' | 'notBefore' | 'retireAt'>,
): Promise<string> {
  if (kid !== null) await refuseKidInUse(trx, domainId, consumerId, kid)
  const inserted = await trx
    .insertInto('consumerKey')
    .values({
      ...{ domainId, consumerId, kid, thumbprint, publicKey, modulus, createdAt: now, retiredAt: null },
      ...{ notBefore, retireAt },
    })
    .onConflict((conflict) => conflict.columns(['domainId', 'thumbprint']).doNothing())
    .returning('id')
    .executeTakeFirst()
  if (!inserted) throw await keyInUse(trx, domainId, consumerId, thumbprint)
  audit({
    action: 'consumer_key.added',
    record: { type: 'ConsumerKey', id: inserted.id },
    fields: [
      'publicKey',
      ...Object.entries({ kid, notBefore, retireAt }).flatMap(([name, value]) => (value ? [name] : [])),
    ],
  })
  return inserted.id
}

/** Writes down that keys of a locked consumer have retired by themselves, so that each `kid` is free for another. */
export async function settleRetirements(
  { trx, domainId, now }: ConsumersChange,
  consumerId: string,
): Promise<void> {
  await trx
    .updateTable('consumerKey')
    .set((of) => ({ retiredAt: of.ref('retireAt') }))
    .where('domainId', '=', domainId)
    .where('consumerId', '=', consumerId)
    .where('retiredAt', 'is', null)
    .where('retireAt', '<=', now)
    .execute()
}

/**
 * Changes a key of a consumer that the transaction has locked, once `judge` has seen it as it is, and names what differs.
 * Throws `NOT_FOUND` and `KEY_ID_IN_USE`.
 */
export async function updateKey(
  { trx, domainId, audit }: ConsumersChange,
  consumerId: string,
  edit: {
    keyId: string
    given: Partial<Pick<ConsumerKey, 'kid' | 'notBefore' | 'retireAt'>>
    judge: (key: ConsumerKey) => void
  },
): Promise<{ keyId: string; fields: string[] }> {
  const { given, judge } = edit
  const key = await getKeyOf(trx, domainId, consumerId, edit.keyId)
  judge(key)
  const fields = differingFields(key, given)
  if (fields.length === 0) return { keyId: key.id, fields }
  if (fields.includes('kid') && given.kid) await refuseKidInUse(trx, domainId, consumerId, given.kid)
  await trx
    .updateTable('consumerKey')
    .set(given)
    .where('domainId', '=', domainId)
    .where('id', '=', key.id)
    .execute()
  audit({ action: 'consumer_key.updated', record: { type: 'ConsumerKey', id: key.id }, fields })
  return { keyId: key.id, fields }
}

/** Retires a key of a consumer that the transaction has locked; gives whether it was accepted until now. */
export async function retireKey(
  { trx, domainId, now, audit }: ConsumersChange,
  consumerId: string,
  keyId: string,
): Promise<{ keyId: string; retired: boolean }> {
  const key = await getKeyOf(trx, domainId, consumerId, keyId)
  if (key.retiredAt) return { keyId: key.id, retired: false }
  await trx
    .updateTable('consumerKey')
    .set({ retiredAt: now })
    .where('domainId', '=', domainId)
    .where('id', '=', key.id)
    .execute()
  audit({
    action: 'consumer_key.retired',
    record: { type: 'ConsumerKey', id: key.id },
    fields: ['retiredAt'],
    ...detailOf(key, { retiredAt: now }, ['retiredAt']),
  })
  return { keyId: key.id, retired: true }
}

/** Gets a key of a consumer. Throws `NOT_FOUND` with the path of the id. */
async function getKeyOf(
  trx: Transaction<Tables>,
  domainId: number,
  consumerId: string,
  keyId: string,
): Promise<ConsumerKey> {
  const id = parseId(keyId)
  const key =
    id === null
      ? undefined
      : await trx
          .selectFrom('consumerKey')
          .selectAll()
          .where('domainId', '=', domainId)
          .where('id', '=', id)
          .where('consumerId', '=', consumerId)
          .executeTakeFirst()
  if (!key) throw refusal('NOT_FOUND', 'The consumer has no key with this id.', { path: 'input.keyId' })
  return key
}

async function refuseKidInUse(
  trx: Transaction<Tables>,
  domainId: number,
  consumerId: string,
  kid: string,
): Promise<void> {
  const holder = await trx
    .selectFrom('consumerKey')
    .select('id')
    .where('domainId', '=', domainId)
    .where('consumerId', '=', consumerId)
    .where('kid', '=', kid)
    .where('retiredAt', 'is', null)
    .executeTakeFirst()
  if (holder)
    throw refusal('KEY_ID_IN_USE', 'The consumer has another key with this kid.', {
      path: 'input.kid',
      keyId: holder.id,
    })
}

async function keyInUse(
  trx: Transaction<Tables>,
  domainId: number,
  consumerId: string,
  thumbprint: string,
): Promise<Error> {
  const holder = await trx
    .selectFrom('consumerKey')
    .select(['id', 'consumerId', 'retiredAt'])
    .where('domainId', '=', domainId)
    .where('thumbprint', '=', thumbprint)
    .executeTakeFirstOrThrow()
  const owner = holder.consumerId === consumerId ? 'this consumer' : 'another consumer of the domain'
  return refusal(
    'KEY_IN_USE',
    `The key ${holder.retiredAt ? 'was retired and belonged' : 'belongs'} to ${owner}.`,
    { path: 'input.publicKey', consumerId: holder.consumerId, retired: holder.retiredAt !== null },
  )
}

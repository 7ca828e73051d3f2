import { randomBytes } from 'node:crypto'
import { withDomain } from '@commonchart/database'
import { sql, type Kysely, type Selectable, type Transaction } from 'kysely'
import type { MasterKeys } from '../access/master-keys.ts'
import type { Tables } from '../tables.ts'
import type { EventSecretRow } from './tables.ts'

/** What is shown of a secret once it is made. */
export type EventSecret = Pick<Selectable<EventSecretRow>, 'id' | 'createdAt' | 'lastFour'>

/** Two, so that a secret is exchanged without a gap. */
export const mostSecrets = 2

const prefix = 'whsec_'
const secretBytes = 32

type Sealed = Pick<Selectable<EventSecretRow>, 'domainId' | 'subscriptionId' | 'sealed' | 'masterKeyId'>

/** Makes a secret for a subscription, stores it sealed, and gives it as Standard Webhooks write it: this once. */
export async function insertSecret(
  trx: Transaction<Tables>,
  masterKeys: MasterKeys,
  owner: { domainId: number; subscriptionId: string; now: Date },
): Promise<{ id: string; secret: string }> {
  const { domainId, subscriptionId, now } = owner
  const bytes = randomBytes(secretBytes)
  const secret = prefix + bytes.toString('base64')
  const { wrapped: sealed, masterKeyId } = masterKeys.wrap(bytes, placeOf(owner))
  const { id } = await trx
    .insertInto('eventSecret')
    .values({ domainId, subscriptionId, sealed, masterKeyId, lastFour: secret.slice(-4), createdAt: now })
    .returning('id')
    .executeTakeFirstOrThrow()
  return { id, secret }
}

/** Lists the secrets of a subscription, sealed, oldest first. */
export function listSecrets(
  trx: Transaction<Tables>,
  domainId: number,
  subscriptionId: string,
): Promise<Selectable<EventSecretRow>[]> {
  return trx
    .selectFrom('eventSecret')
    .selectAll()
    .where('domainId', '=', domainId)
    .where('subscriptionId', '=', subscriptionId)
    .orderBy('id')
    .execute()
}

/** Opens a secret to sign with it. Throws when the master key that seals it is not here, or when it was altered. */
export function openSecret(masterKeys: MasterKeys, secret: Sealed): Buffer {
  const bytes = masterKeys.unwrap(secret.sealed, secret.masterKeyId, placeOf(secret))
  if (!bytes) throw new Error('the master key that seals an event secret is not in RECORD_MASTER_KEYS')
  return bytes
}

/** Seals every secret that an older master key seals with the present one; gives how many. */
export async function sealSecretsAnew(db: Kysely<Tables>, masterKeys: MasterKeys): Promise<number> {
  let sealed = 0
  const skipped = new Set<string>()
  for (;;) {
    const { rows } = await sql<{ domainId: number; id: string }>`
      SELECT domain_id, id FROM event_secrets_to_seal(${masterKeys.current})`.execute(db)
    const due = rows.filter(({ domainId, id }) => !skipped.has(`${domainId}/${id}`))
    if (due.length === 0) return sealed
    for (const { domainId, id } of due)
      if (await sealAnew(db, masterKeys, domainId, id)) sealed += 1
      else skipped.add(`${domainId}/${id}`)
  }
}

/** Seals one secret anew; false when its master key is not here or another machine was first. */
function sealAnew(
  db: Kysely<Tables>,
  masterKeys: MasterKeys,
  domainId: number,
  id: string,
): Promise<boolean> {
  return withDomain(db, domainId, async (trx) => {
    const row = await trx
      .selectFrom('eventSecret')
      .selectAll()
      .where('domainId', '=', domainId)
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst()
    if (!row || row.masterKeyId === masterKeys.current) return false
    const bytes = masterKeys.unwrap(row.sealed, row.masterKeyId, placeOf(row))
    if (!bytes) return false
    const { wrapped: sealed, masterKeyId } = masterKeys.wrap(bytes, placeOf(row))
    await trx
      .updateTable('eventSecret')
      .set({ sealed, masterKeyId })
      .where('domainId', '=', domainId)
      .where('id', '=', id)
      .execute()
    return true
  })
}

function placeOf({ domainId, subscriptionId }: { domainId: number; subscriptionId: string }): string {
  return `event-secret/${domainId}/${subscriptionId}`
}

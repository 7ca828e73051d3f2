import type { BaseTables } from '@commonchart/database'
import { refusal } from '@commonchart/errors'
import type { Identity, MutationMark } from '@commonchart/identity'
import { sql, type Transaction } from 'kysely'
import type { Made } from './mutate.ts'

/**
 * Claims a key for the transaction, or gives what an earlier mutation under it made. Waits at most 2 s for one that
 * still runs. Keys older than 24 hours are free again; a few are swept on the way.
 */
export async function claimKey<Tables extends BaseTables>(
  transaction: Transaction<Tables>,
  domainId: number,
  identity: Identity,
  mark: MutationMark,
): Promise<Made | null> {
  const trx = transaction as unknown as Transaction<BaseTables>
  await sweepExpired(trx, domainId)
  const principal = nameOf(identity)
  const row = { domainId, principal, key: mark.key, path: mark.path, fingerprint: mark.fingerprint }
  await sql`SET LOCAL lock_timeout = '2s'`.execute(trx)
  const claimed = await trx
    .insertInto('idempotencyKey')
    .values({ ...row, made: null, createdAt: sql<Date>`now()` })
    .onConflict((conflict) => conflict.columns(['domainId', 'principal', 'key', 'path']).doNothing())
    .returning('key')
    .executeTakeFirst()
    .catch((error: { code?: string }) => {
      if (error.code !== '55P03') throw error
      throw refusal('IDEMPOTENCY_KEY_IN_USE', 'A request with this Idempotency-Key is still running.')
    })
  await sql`SET LOCAL lock_timeout = DEFAULT`.execute(trx)
  if (claimed) return null
  const earlier = await trx
    .selectFrom('idempotencyKey')
    .select(['fingerprint', 'made'])
    .where('domainId', '=', domainId)
    .where('principal', '=', principal)
    .where('key', '=', mark.key)
    .where('path', '=', mark.path)
    .executeTakeFirstOrThrow()
  if (earlier.fingerprint !== mark.fingerprint)
    throw refusal(
      'IDEMPOTENCY_KEY_REUSED',
      'This Idempotency-Key was used for another mutation or with other arguments.',
    )
  if (!earlier.made) throw new Error('a committed idempotency record says what was made')
  return earlier.made as Made
}

/** Stores what was made under a claimed key, in the same transaction. */
export async function storeMade<Tables extends BaseTables>(
  transaction: Transaction<Tables>,
  domainId: number,
  identity: Identity,
  mark: MutationMark,
  made: Made,
): Promise<void> {
  await (transaction as unknown as Transaction<BaseTables>)
    .updateTable('idempotencyKey')
    .set({ made: JSON.stringify(made) })
    .where('domainId', '=', domainId)
    .where('principal', '=', nameOf(identity))
    .where('key', '=', mark.key)
    .where('path', '=', mark.path)
    .execute()
}

async function sweepExpired(trx: Transaction<BaseTables>, domainId: number): Promise<void> {
  await sql`
    DELETE FROM idempotency_key WHERE domain_id = ${domainId} AND (principal, key, path) IN (
      SELECT principal, key, path FROM idempotency_key
      WHERE domain_id = ${domainId} AND created_at < now() - interval '24 hours'
      ORDER BY created_at LIMIT 10 FOR UPDATE SKIP LOCKED)`.execute(trx)
}

function nameOf(identity: Identity): string {
  return `${identity.kind}:${identity.subject}`
}

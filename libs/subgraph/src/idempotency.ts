import { together, type BaseTables } from '@commonchart/database'
import { refusal } from '@commonchart/errors'
import type { Identity, MutationMark } from '@commonchart/identity'
import { sql, type RawBuilder, type Transaction } from 'kysely'
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
  const { key, path, fingerprint } = mark
  const principal = nameOf(identity)
  const claim = sql`/* prepare claim_key */
    INSERT INTO idempotency_key (domain_id, principal, key, path, fingerprint, made, created_at)
    VALUES (${domainId}, ${principal}, ${key}, ${path}, ${fingerprint}, NULL, now())
    ON CONFLICT (domain_id, principal, key, path) DO NOTHING`
  const [, , claimed] = await together([
    sweepExpired(trx, domainId),
    sql`SET LOCAL lock_timeout = '2s'`.execute(trx),
    claim.execute(trx),
    sql`SET LOCAL lock_timeout = DEFAULT`.execute(trx),
  ]).catch((error: { code?: string }) => {
    if (error.code !== '55P03') throw error
    throw refusal('IDEMPOTENCY_KEY_IN_USE', 'A request with this Idempotency-Key is still running.')
  })
  if (claimed.numAffectedRows === 1n) return null
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

/** Makes the statement that stores what was made under a claimed key, to be run in the same transaction. */
export function storeMade(
  domainId: number,
  identity: Identity,
  mark: MutationMark,
  made: Made,
): RawBuilder<unknown> {
  return sql`/* prepare store_made */
    UPDATE idempotency_key SET made = ${JSON.stringify(made)}
    WHERE domain_id = ${domainId} AND principal = ${nameOf(identity)} AND key = ${mark.key} AND path = ${mark.path}`
}

async function sweepExpired(trx: Transaction<BaseTables>, domainId: number): Promise<void> {
  await sql`/* prepare sweep_keys */
    DELETE FROM idempotency_key WHERE domain_id = ${domainId} AND (principal, key, path) IN (
      SELECT principal, key, path FROM idempotency_key
      WHERE domain_id = ${domainId} AND created_at < now() - interval '24 hours'
      ORDER BY created_at LIMIT 10 FOR UPDATE SKIP LOCKED)`.execute(trx)
}

function nameOf(identity: Identity): string {
  return `${identity.kind}:${identity.subject}`
}

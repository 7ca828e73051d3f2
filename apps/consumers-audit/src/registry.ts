import { sql, type Kysely, type Transaction } from 'kysely'
import { listHosts } from './domain-hosts.ts'
import type { Tables } from './tables.ts'

/** The channel on which a change of the registry is announced: a hint, on which nothing rests. */
export const registryChannel = 'commonchart_registry'

/** A domain as gateways need it. `enabled` says whether programs are served, `state` whether anybody is. */
export interface RegistryDomain {
  id: number
  name: string
  hosts: string[]
  state: 'ACTIVE' | 'DISABLED'
  enabled: boolean
  zone: string
  version: number
}

/**
 * A consumer as gateways need it: what it is held to (null restricts nothing), and the keys that are not retired. Times are
 * ISO instants, which gateways compare with their own clocks.
 */
export interface RegistryConsumer {
  id: string
  domainId: number
  name: string
  issuer: string
  active: boolean
  audience: string | null
  scopes: string[] | null
  ipRanges: string[] | null
  expiresAt: string | null
  requestsPerMinute: number | null
  keys: RegistryKey[]
}

/** A public key of a consumer as gateways need it. */
export interface RegistryKey {
  id: string
  kid: string | null
  jwk: { kty: 'RSA'; n: string; e: 'AQAB' }
  thumbprint: string
  notBefore: string | null
  retireAt: string | null
}

/** What changed in the registry after a version, up to `version`: each record whole, as it is now. */
export interface RegistryChanges {
  version: number
  domains: RegistryDomain[]
  consumers: RegistryConsumer[]
}

/**
 * Numbers a change of a domain, or of one of its consumers, in the transaction that makes it. The counter's row stays
 * locked until that transaction ends, so versions become visible in their order and none is skipped: call it last.
 */
export async function advanceRegistry(
  trx: Transaction<Tables>,
  domainId: number,
  consumerId = '0',
): Promise<void> {
  const { version } = await trx
    .updateTable('registryCounter')
    .set({ version: sql<string>`version + 1` })
    .returning('version')
    .executeTakeFirstOrThrow()
  await trx
    .insertInto('registryEntry')
    .values({ domainId, consumerId, version })
    .onConflict((conflict) => conflict.columns(['domainId', 'consumerId']).doUpdateSet({ version }))
    .execute()
  await sql`SELECT pg_notify(${registryChannel}, ${version})`.execute(trx)
}

/** The version of the newest committed change; 0 when there was none. */
export async function readRegistryVersion(db: Kysely<Tables>): Promise<number> {
  const { version } = await db.selectFrom('registryCounter').select('version').executeTakeFirstOrThrow()
  return Number(version)
}

/** Reads everything that changed after `since`, of all domains, as one consistent state. */
export function readRegistry(db: Kysely<Tables>, since: number): Promise<RegistryChanges> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (trx) => ({
      version: await readRegistryVersion(trx),
      domains: await readDomains(trx, since),
      consumers: await readConsumers(trx, since),
    }))
}

async function readDomains(trx: Transaction<Tables>, since: number): Promise<RegistryDomain[]> {
  const rows = await trx
    .selectFrom('registryEntry as entry')
    .innerJoin('domain', 'domain.id', 'entry.domainId')
    .select(['domain.id', 'domain.name', 'domain.state', 'domain.enabled', 'domain.zone', 'domain.version'])
    .where('entry.consumerId', '=', '0')
    .where('entry.version', '>', String(since))
    .orderBy('entry.version')
    .execute()
  const hosts = await listHosts(
    trx,
    rows.map((row) => row.id),
  )
  return rows.map((row) => ({ ...row, hosts: hosts.get(String(row.id)) ?? [] }))
}

async function readConsumers(trx: Transaction<Tables>, since: number): Promise<RegistryConsumer[]> {
  type Key = Omit<RegistryKey, 'jwk'> & { modulus: string }
  type Row = Omit<RegistryConsumer, 'expiresAt' | 'keys'> & { expiresAt: Date | null; keys: Key[] }
  const { rows } = await sql<Row>`
    SELECT id, domain_id, name, issuer, active, audience, scopes, ip_ranges, expires_at, requests_per_minute, keys
    FROM registry_consumers(${since})`.execute(trx)
  return rows.map((row) => ({
    ...row,
    expiresAt: row.expiresAt?.toISOString() ?? null,
    keys: row.keys.map(({ modulus, notBefore, retireAt, ...key }) => ({
      ...{ ...key, jwk: { kty: 'RSA', n: modulus, e: 'AQAB' } },
      ...{ notBefore: toInstant(notBefore), retireAt: toInstant(retireAt) },
    })),
  }))
}

/** Postgres writes an instant within JSON with the offset of its session. */
function toInstant(time: string | null): string | null {
  return time === null ? null : new Date(time).toISOString()
}

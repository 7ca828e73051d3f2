import { refusal } from '@commonchart/errors'
import { sql, type Transaction } from 'kysely'
import { readIn } from './callers.ts'
import type { ConsumerKey } from './consumer-keys.ts'
import type { Consumer } from './consumers.ts'
import type { Context } from './context.ts'
import type { Tables } from './tables.ts'

/** As long as access records are kept. */
const mostHours = 2160

/** What a consumer asked within some hours. */
export interface UsageCounts {
  requests: number
  errors: number
}

/** When the newest request of a consumer was answered, fetched together with those of others that are asked for. */
export function loadLastUse(context: Context, { domainId, id }: Consumer): Promise<Date | null> {
  const loader = context.loader(`lastUse:${domainId}`, (ids) =>
    readIn(context, domainId, (trx) => listLastUses(trx, domainId, ids)),
  )
  return loader.load(id)
}

/** What a consumer asked in the last hours of the clock, the present one included. Throws `BAD_USER_INPUT`. */
export async function loadUsage(
  context: Context,
  { domainId, id }: Consumer,
  hours: number,
): Promise<UsageCounts> {
  if (hours < 1 || hours > mostHours)
    throw refusal('BAD_USER_INPUT', `hours is 1 to ${mostHours}.`, { path: 'hours' })
  const loader = context.loader(`usage:${domainId}:${hours}`, (ids) =>
    readIn(context, domainId, (trx) => listUsage(trx, domainId, ids, hours)),
  )
  return (await loader.load(id)) ?? { requests: 0, errors: 0 }
}

/** When the newest request that was signed with a key was answered. */
export function loadKeyUse(context: Context, { domainId, id }: ConsumerKey): Promise<Date | null> {
  const loader = context.loader(`keyUse:${domainId}`, (ids) =>
    readIn(context, domainId, async (trx) => {
      const rows = await trx
        .selectFrom('consumerKeyUsage')
        .select(['keyId', 'lastUsedAt'])
        .where('domainId', '=', domainId)
        .where('keyId', 'in', ids)
        .execute()
      return new Map(rows.map((row) => [row.keyId, row.lastUsedAt]))
    }),
  )
  return loader.load(id)
}

/** The newest hour of each consumer is one step into the index, however many hours it has. */
async function listLastUses(
  trx: Transaction<Tables>,
  domainId: number,
  ids: readonly string[],
): Promise<Map<string, Date>> {
  const { rows } = await sql<{ id: string; lastAt: Date }>`
    SELECT asked.id, newest.last_at
    FROM unnest(${ids}::bigint[]) AS asked (id)
    CROSS JOIN LATERAL (
      SELECT last_at FROM consumer_usage
      WHERE domain_id = ${domainId} AND consumer_id = asked.id
      ORDER BY hour DESC LIMIT 1
    ) newest`.execute(trx)
  return new Map(rows.map((row) => [row.id, row.lastAt]))
}

async function listUsage(
  trx: Transaction<Tables>,
  domainId: number,
  ids: readonly string[],
  hours: number,
): Promise<Map<string, UsageCounts>> {
  const rows = await trx
    .selectFrom('consumerUsage')
    .select(['consumerId', (of) => of.fn.sum<string>('requests').as('requests')])
    .select((of) => of.fn.sum<string>('errors').as('errors'))
    .where('domainId', '=', domainId)
    .where('consumerId', 'in', ids)
    .where('hour', '>', sql<Date>`now() - make_interval(hours => ${hours})`)
    .groupBy('consumerId')
    .execute()
  return new Map(
    rows.map((row) => [row.consumerId, { requests: Number(row.requests), errors: Number(row.errors) }]),
  )
}

import type { LeafFacts } from '@commonchart/audit'
import { parseId } from '@commonchart/subgraph'
import type { Transaction } from 'kysely'
import type { Tables } from '../tables.ts'
import type { ConsumerUsageRow } from './tables.ts'

/** The buckets of answers by duration: up to and with each edge, and one for what took longer. */
export const durationEdgesMs = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000] as const

const hourMs = 3_600_000

/**
 * Counts the requests of consumers among leaves that have just got their places. The caller holds the domain's tree, so
 * nobody else counts meanwhile.
 */
export async function countUsage(
  trx: Transaction<Tables>,
  domainId: number,
  leaves: readonly LeafFacts[],
): Promise<void> {
  const requests = leaves.filter(({ kind, actor }) => kind === 'REQUEST' && actor?.kind === 'consumer')
  if (requests.length === 0) return
  const hours = new Map<string, ConsumerUsageRow>()
  const keys = new Map<string, Date>()
  for (const { actor, keyId, occurredAt, outcome, durationMs, count } of requests) {
    const at = new Date(occurredAt)
    const consumerId = parseId(actor?.id ?? '')
    if (consumerId !== null) addTo(hours, { domainId, consumerId, at, outcome, durationMs, count })
    const key = keyId === null ? null : parseId(keyId)
    if (key !== null && at > (keys.get(key) ?? new Date(0))) keys.set(key, at)
  }
  await mergeHours(trx, domainId, [...hours.values()])
  await mergeKeys(trx, domainId, keys)
}

function addTo(
  hours: Map<string, ConsumerUsageRow>,
  request: { domainId: number; consumerId: string; at: Date } & Pick<
    LeafFacts,
    'outcome' | 'durationMs' | 'count'
  >,
): void {
  const { domainId, consumerId, at, outcome, durationMs, count } = request
  const hour = new Date(Math.floor(at.getTime() / hourMs) * hourMs)
  const key = `${consumerId} ${hour.getTime()}`
  const row = hours.get(key) ?? createHour(domainId, consumerId, hour)
  hours.set(key, row)
  row.requests += count
  if (outcome !== 'SUCCESS') row.errors += count
  if (at > row.lastAt) row.lastAt = at
  if (durationMs === null) return
  const edge = durationEdgesMs.findIndex((longest) => durationMs <= longest)
  const bucket = edge < 0 ? durationEdgesMs.length : edge
  row.durations[bucket] = (row.durations[bucket] ?? 0) + count
}

function createHour(domainId: number, consumerId: string, hour: Date): ConsumerUsageRow {
  const durations = Array<number>(durationEdgesMs.length + 1).fill(0)
  return { domainId, consumerId, hour, requests: 0, errors: 0, lastAt: new Date(0), durations }
}

async function mergeHours(
  trx: Transaction<Tables>,
  domainId: number,
  added: ConsumerUsageRow[],
): Promise<void> {
  for (const row of added) {
    const { consumerId, hour } = row
    const known = await trx
      .selectFrom('consumerUsage')
      .selectAll()
      .where('domainId', '=', domainId)
      .where('consumerId', '=', consumerId)
      .where('hour', '=', hour)
      .executeTakeFirst()
    const sum = {
      requests: row.requests + (known?.requests ?? 0),
      errors: row.errors + (known?.errors ?? 0),
      lastAt: known && known.lastAt > row.lastAt ? known.lastAt : row.lastAt,
      durations: row.durations.map((count, at) => count + (known?.durations[at] ?? 0)),
    }
    await trx
      .insertInto('consumerUsage')
      .values({ domainId, consumerId, hour, ...sum })
      .onConflict((conflict) => conflict.columns(['domainId', 'consumerId', 'hour']).doUpdateSet(sum))
      .execute()
  }
}

async function mergeKeys(trx: Transaction<Tables>, domainId: number, keys: Map<string, Date>): Promise<void> {
  for (const [keyId, lastUsedAt] of keys)
    await trx
      .insertInto('consumerKeyUsage')
      .values({ domainId, keyId, lastUsedAt })
      .onConflict((conflict) =>
        conflict
          .columns(['domainId', 'keyId'])
          .doUpdateSet({ lastUsedAt })
          .where('consumerKeyUsage.lastUsedAt', '<', lastUsedAt),
      )
      .execute()
}

import type { LeafFacts } from '@commonchart/audit'
import { parseId } from '@commonchart/subgraph'
import type { Transaction } from 'kysely'
import type { Tables } from '../tables.ts'
import { addHistograms, bucketOf } from './duration-histogram.ts'
import type { ConsumerUsageRow } from './tables.ts'

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
  const hours = new Map<string, CountedHour>()
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

/** What leaves add to an hour of a consumer. */
type CountedHour = Omit<ConsumerUsageRow, 'refused'> & { refused: number; histogram: number[] }

function addTo(
  hours: Map<string, CountedHour>,
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
  if (outcome === 'REFUSED') row.refused += count
  // Refusals are quick: among the others they would make answers look quicker than they are.
  else if (durationMs !== null) {
    const bucket = bucketOf(durationMs)
    while (row.histogram.length <= bucket) row.histogram.push(0)
    row.histogram[bucket] = (row.histogram[bucket] ?? 0) + count
  }
}

function createHour(domainId: number, consumerId: string, hour: Date): CountedHour {
  const none = { requests: 0, errors: 0, refused: 0, histogram: [] }
  return { domainId, consumerId, hour, lastAt: new Date(0), ...none }
}

async function mergeHours(trx: Transaction<Tables>, domainId: number, added: CountedHour[]): Promise<void> {
  for (const row of added) {
    const { consumerId, hour } = row
    const known = await trx
      .selectFrom('consumerUsage')
      .select(['requests', 'errors', 'refused', 'lastAt', 'histogram'])
      .where('domainId', '=', domainId)
      .where('consumerId', '=', consumerId)
      .where('hour', '=', hour)
      .executeTakeFirst()
    const sum = {
      requests: row.requests + (known?.requests ?? 0),
      errors: row.errors + (known?.errors ?? 0),
      lastAt: known && known.lastAt > row.lastAt ? known.lastAt : row.lastAt,
      // An hour that was begun before refusals were counted never has their number.
      refused: known?.refused === null ? null : row.refused + (known?.refused ?? 0),
      histogram: [...addHistograms([row.histogram, known?.histogram ?? []])],
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

import { refusal } from '@commonchart/errors'
import { sql, type RawBuilder, type Transaction } from 'kysely'
import { addHistograms, buckets, percentileOf, type Histogram } from './audit/duration-histogram.ts'
import { readIn } from './callers.ts'
import { findConsumer, type Consumer } from './consumers.ts'
import type { Context } from './context.ts'
import { readPeriod, type Period, type PeriodArguments } from './statistics-period.ts'
import type { Tables } from './tables.ts'

/** What was asked within some time. */
export interface RequestFigures {
  requests: number
  errors: number
  /** Null where the time is older than their count. */
  refused: number | null
  p50Ms: number | null
  p95Ms: number | null
}

/** What was asked within a period: together, and in each of its hours or days. */
export interface RequestStatistics {
  from: Date
  to: Date
  bucket: Period['bucket']
  totals: RequestFigures
  buckets: (RequestFigures & { startAt: Date })[]
}

interface Counted {
  requests: number
  errors: number
  refused: number | null
  histogram: Histogram
}

interface CountedBucket extends Counted {
  /** Of the one consumer, or '' for all together. */
  consumerId: string
  startAt: Date
}

const nothing: Counted = { requests: 0, errors: 0, refused: 0, histogram: [] }

/** Whoever asks for many consumers at once gets days, or so many days of hours. */
const mostDaysOfHours = 14

/** What one consumer of a domain, or all of them, asked within a period. Throws `BAD_USER_INPUT` and `NOT_FOUND`. */
export async function getRequestStatistics(
  context: Context,
  domainId: number,
  { consumerId, ...period }: PeriodArguments & { consumerId?: string | null },
): Promise<RequestStatistics> {
  const read = readPeriod(period)
  if (consumerId === null || consumerId === undefined) {
    const rows = await readIn(context, domainId, (trx) => listBuckets(trx, domainId, read))
    return describe(read, rows)
  }
  const consumer = await findConsumer(context, domainId, consumerId)
  if (!consumer) throw refusal('NOT_FOUND', 'There is no consumer with this id.', { path: 'consumerId' })
  const rows = await readIn(context, domainId, (trx) => listBuckets(trx, domainId, read, [consumer.id]))
  return describe(read, rows)
}

/** What a consumer asked within a period, read together with what others did. Throws `BAD_USER_INPUT`. */
export async function loadStatistics(
  context: Context,
  { domainId, id }: Consumer,
  args: PeriodArguments,
): Promise<RequestStatistics> {
  const period = readPeriod(args, { mostDaysOfHours })
  const { from, to, bucket } = period
  const name = `statistics:${domainId}:${bucket}:${from.getTime()}:${to.getTime()}`
  const loader = context.loader(name, async (ids) => {
    const rows = await readIn(context, domainId, (trx) => listBuckets(trx, domainId, period, ids))
    const byConsumer = Map.groupBy(rows, ({ consumerId }) => consumerId)
    return new Map([...byConsumer].map(([consumerId, own]) => [consumerId, describe(period, own)]))
  })
  return (await loader.load(id)) ?? describe(period, [])
}

/** Adds the counts of hours up in the database, whose rows are many; what comes back is one row for each bucket. */
async function listBuckets(
  trx: Transaction<Tables>,
  domainId: number,
  { from, to, bucket }: Period,
  consumerIds?: readonly string[],
): Promise<CountedBucket[]> {
  const [whose, ofThem] = consumerIds
    ? [sql`consumer_id::text`, sql`AND consumer_id = ANY (${consumerIds}::bigint[])`]
    : [sql`''`, sql``]
  const { rows } = await sql<Record<keyof CountedBucket, string | null> & { startAt: Date }>`
    SELECT ${whose} AS consumer_id,
      date_bin(${bucket === 'DAY' ? '1 day' : '1 hour'}::interval, hour, 'epoch'::timestamptz) AS start_at,
      sum(requests) AS requests, sum(errors) AS errors,
      CASE WHEN count(*) = count(refused) THEN sum(refused) END AS refused, ${sumOfHistograms} AS histogram
    FROM consumer_usage
    WHERE domain_id = ${domainId} AND hour >= ${from} AND hour < ${to} ${ofThem}
    GROUP BY 1, 2`.execute(trx)
  return rows.map(({ consumerId, startAt, requests, errors, refused, histogram }) => ({
    ...{ consumerId: consumerId ?? '', startAt, requests: Number(requests), errors: Number(errors) },
    refused: refused === null ? null : Number(refused),
    histogram: histogram ? histogram.split(' ').map(Number) : [],
  }))
}

/** Where no histogram is as long the sum is null, which the text leaves out: it ends at the last count. */
const sumOfHistograms: RawBuilder<unknown> = sql.raw(
  `array_to_string(ARRAY[${buckets.map((_, at) => `sum(histogram[${at + 1}])`).join()}], ' ')`,
)

function describe(period: Period, rows: CountedBucket[]): RequestStatistics {
  const byStart = new Map(rows.map((row) => [row.startAt.getTime(), row]))
  return {
    ...{ from: period.from, to: period.to, bucket: period.bucket },
    totals: describeFigures({
      requests: rows.reduce((sum, each) => sum + each.requests, 0),
      errors: rows.reduce((sum, each) => sum + each.errors, 0),
      refused: rows.reduce<number | null>(
        (sum, { refused }) => (sum === null || refused === null ? null : sum + refused),
        0,
      ),
      histogram: addHistograms(rows.map(({ histogram }) => histogram)),
    }),
    buckets: period.starts.map((startAt) => ({
      startAt,
      ...describeFigures(byStart.get(startAt.getTime()) ?? nothing),
    })),
  }
}

function describeFigures({ requests, errors, refused, histogram }: Counted): RequestFigures {
  const [p50Ms, p95Ms] = [percentileOf(histogram, 0.5), percentileOf(histogram, 0.95)]
  return { requests, errors, refused, p50Ms, p95Ms }
}

import { refusal } from '@commonchart/errors'
import { listPage, type Page, type PageArguments } from '@commonchart/subgraph'
import { sql, type Kysely, type RawBuilder } from 'kysely'
import { readIn } from '../callers.ts'
import type { Context } from '../context.ts'
import type { Tables } from '../tables.ts'
import { dayOf } from './days.ts'
import type { ElementUseRow } from './tables.ts'

const dayMs = 86_400_000
/** As long as access records are kept. */
const mostDays = 90
const mostElements = 1000

/** What use is asked for. */
export interface UsageFilters {
  elements?: readonly string[] | null
  days: number
}

/** How a consumer used one element. */
export interface ElementUsage {
  domainId: number
  element: string
  consumerId: string
  graph: ElementUseRow['graph']
  requests: number
  lastUsedAt: Date
}

/** A page of used elements, and the domain and days that it is of. */
export interface ElementUsagePage extends Page<ElementUsage> {
  domainId: number
  days: number
}

/** One page of the elements that a domain's consumers used, by name. Throws `BAD_USER_INPUT`. */
export async function listElementUsage(
  context: Context,
  domainId: number,
  args: PageArguments & UsageFilters,
  fields: Set<string>,
  now: number,
): Promise<ElementUsagePage> {
  const { elements, days } = args
  if (days < 1 || days > mostDays)
    throw refusal('BAD_USER_INPUT', `days is 1 to ${mostDays}.`, { path: 'days' })
  if (elements && elements.length > mostElements)
    throw refusal('BAD_USER_INPUT', `At most ${mostElements} elements can be asked for.`, {
      path: 'elements',
    })
  const page = await readIn(context, domainId, (trx) => {
    const query = trx
      .selectFrom(countUses(domainId, now - days * dayMs, elements ?? null).as('used'))
      .selectAll()
    return listPage(query, {
      order: [
        { column: 'used.element', name: 'element', direction: 'ASC', type: 'text' },
        { column: 'used.consumer_id', name: 'consumerId', direction: 'ASC', type: 'bigint' },
        { column: 'used.graph', name: 'graph', direction: 'ASC', type: 'text' },
      ],
      ...{ args, fields, context },
      async count() {
        const counted = query.clearSelect().select((of) => of.fn.countAll().as('count'))
        return Number((await counted.executeTakeFirstOrThrow()).count)
      },
    })
  })
  const edges = page.edges.map(({ cursor, node }) => ({
    cursor,
    node: { ...node, domainId, requests: Number(node.requests) },
  }))
  return { ...page, edges, nodes: edges.map(({ node }) => node), domainId, days }
}

type CountedUse = Pick<ElementUsage, 'element' | 'consumerId' | 'graph' | 'lastUsedAt'> & { requests: string }

/**
 * Adds uses up by the set that was used, and only then by its elements: sets are few. A set has one content whatever the day,
 * so that of the newest day will do.
 */
function countUses(
  domainId: number,
  since: number,
  elements: readonly string[] | null,
): RawBuilder<CountedUse> {
  const wanted = elements === null ? sql`` : sql`WHERE element = ANY (${elements}::text[])`
  return sql<CountedUse>`(
    SELECT element, consumer_id, graph, sum(requests) AS requests, max(last_used_at) AS last_used_at
    FROM (
      SELECT consumer_id, graph, set_id, max(day) AS day, sum(requests) AS requests, max(last_used_at) AS last_used_at
      FROM element_use
      WHERE domain_id = ${domainId} AND day >= ${dayOf(since)}::date
      GROUP BY consumer_id, graph, set_id
    ) AS uses
    JOIN element_set AS sets ON sets.domain_id = ${domainId} AND sets.day = uses.day AND sets.id = uses.set_id
    CROSS JOIN LATERAL unnest(sets.elements) AS element
    ${wanted}
    GROUP BY element, consumer_id, graph
  )`
}

/** The beginning of the first of the days of which a domain's use is on record. */
export async function findRecordedSince(
  context: Context,
  { domainId, days }: Pick<ElementUsagePage, 'domainId' | 'days'>,
  now: number,
): Promise<Date | null> {
  const found = await readIn(context, domainId, (trx: Kysely<Tables>) =>
    trx
      .selectFrom('elementSet')
      .select(sql<string | null>`min(day)::text`.as('day'))
      .where('domainId', '=', domainId)
      .where('day', '>=', dayOf(now - days * dayMs))
      .executeTakeFirst(),
  )
  return found?.day ? new Date(`${found.day}T00:00:00.000Z`) : null
}

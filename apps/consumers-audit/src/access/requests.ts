import { listMergedPage, type OrderTerm, type Page, type PageArguments } from '@commonchart/subgraph'
import { readIn } from '../callers.ts'
import type { Context } from '../context.ts'
import type { AccessFacts } from './access-record.ts'
import { instantOf } from './days.ts'
import {
  searchRequests,
  type RequestFilters,
  type RequestSearch,
  type StoredRequest,
} from './search-requests.ts'
import type { AccessLogRow } from './tables.ts'

/** A request without its bodies. */
export type ApiRequest = Omit<AccessLogRow, 'facts' | 'salt' | 'sealed'> & AccessFacts

/**
 * One page of a domain's requests, newest first. Leaves of the audit log, which outlive requests, are looked at from `keptSince`
 * on.
 */
export async function listRequests(
  context: Context,
  domainId: number,
  args: PageArguments & RequestFilters,
  fields: Set<string>,
  keptSince: Date,
): Promise<Page<ApiRequest>> {
  const page = await readIn(context, domainId, (trx) => {
    const searches = searchRequests(trx, domainId, args, keptSince)
    const count = async (): Promise<number> => {
      let sum = 0
      for (const { query } of searches) {
        const counted = query.clearSelect().select((of) => of.fn.countAll().as('count'))
        sum += Number((await counted.executeTakeFirstOrThrow()).count)
      }
      return sum
    }
    return listMergedPage(searches.map(describePart), { args, fields, context, count })
  })
  const edges = page.edges.map(({ cursor, node }) => ({ cursor, node: readRequest(node) }))
  return { ...page, edges, nodes: edges.map(({ node }) => node) }
}

const lastInstant = Date.UTC(9999, 11, 31)

function describePart({ query, idColumn, instantColumn }: RequestSearch) {
  const order: OrderTerm[] = [{ column: idColumn, name: 'id', direction: 'DESC', type: 'uuid' }]
  const leading = instantColumn && {
    ...{ column: instantColumn, type: 'timestamptz' as const },
    // A cursor may be forged: Postgres takes no year of five digits in this form.
    of: (id: string) => new Date(Math.min(instantOf(id), lastInstant)).toISOString(),
  }
  return { query, order, leading }
}

/** Adds what stands in the facts of a stored request to its columns. */
export function readRequest<Row extends StoredRequest>({
  facts,
  ...row
}: Row): Omit<Row, 'facts'> & AccessFacts {
  return { ...row, ...(JSON.parse(facts) as AccessFacts) }
}

import { keepPreviousData, queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { readTimes, type Place } from './search.ts'

interface PageInfo {
  startCursor?: string | null
  endCursor?: string | null
  hasNextPage?: boolean
  hasPreviousPage?: boolean
}

/** What of a page is asked for: its time as instants, its place, and of its neighbours only the one that is not known. */
export interface PageQuestion {
  from?: string
  to?: string
  after?: string
  before?: string
  first?: number
  last?: number
  forward: boolean
}

const pageSize = 50

/**
 * One page of a log, as its address says. While another is read the one before stays; `reachOlder` reads the next one
 * ahead. How many there are is never asked.
 */
export function useLogPage<Search extends Place, Page extends { pageInfo: PageInfo }>(
  key: readonly unknown[],
  search: Search,
  read: (question: PageQuestion) => Promise<Page>,
) {
  const queries = useQueryClient()
  const optionsOf = (place: Search) =>
    queryOptions({
      queryKey: [...key, place],
      queryFn: () => read(ask(place)),
      placeholderData: keepPreviousData,
    })
  const page = useQuery(optionsOf(search))
  const info = page.isPlaceholderData ? undefined : page.data?.pageInfo
  const hasOlder = info && (search.before ? true : info.hasNextPage)
  const hasNewer = info && (search.before ? info.hasPreviousPage : search.after !== undefined)
  const at = (place: Pick<Place, 'after' | 'before'>): Search => {
    const { after: _, before: __, ...rest } = search
    return { ...rest, ...place } as Search
  }
  const older = hasOlder && info.endCursor ? at({ after: info.endCursor }) : null
  const newer = hasNewer ? at(info.startCursor ? { before: info.startCursor } : {}) : null
  return {
    page,
    older,
    newer,
    reachOlder: () => older && void queries.prefetchQuery(optionsOf(older)),
  }
}

function ask({ after, before, ...time }: Place): PageQuestion {
  const size = before ? { before, last: pageSize } : { after, first: pageSize }
  return { ...readTimes(time), ...size, forward: before === undefined }
}

import type { OrderTerm } from '@commonchart/subgraph'
import type { GroupVisitColumn } from './group-visits.ts'

type Direction = OrderTerm['direction']

/** One item of CHR's `orderBy`. */
export interface GroupVisitOrder {
  field: 'CREATED_AT' | 'ID' | 'LOCATION_NAME' | 'NAME' | 'START_AT' | 'UPDATED_AT'
  direction: Direction
}

type Term = Omit<OrderTerm, 'direction'>

const id: Term = { column: 'group_visit.id', name: 'id', type: 'bigint' }
const startsAt: Term = { column: 'group_visit.starts_at', name: 'startsAt', type: 'timestamptz' }

const terms: Record<GroupVisitOrder['field'], Term[]> = {
  CREATED_AT: [{ column: 'group_visit.created_at', name: 'createdAt', type: 'timestamptz' }],
  ID: [id],
  LOCATION_NAME: [
    { column: 'location.name_key', name: 'locationKey', type: 'text' },
    { column: 'location.id', name: 'locationKeyId', type: 'integer' },
  ],
  NAME: [{ column: 'group_visit.name_key', name: 'nameKey', type: 'text' }],
  START_AT: [startsAt],
  UPDATED_AT: [{ column: 'group_visit.updated_at', name: 'updatedAt', type: 'timestamptz' }],
}

/** How a list is ordered: the terms down to a unique one, the columns they need, and where the names of locations come. */
export interface GroupVisitListOrder {
  terms: OrderTerm[]
  columns: GroupVisitColumn[]
  byLocation: 'no' | 'first' | 'later'
}

/**
 * Turns CHR's `orderBy` into the terms of a keyset: equal ones follow in order of time, in the direction of the last term, so
 * that an index serves them.
 */
export function orderGroupVisits(orderBy: GroupVisitOrder[]): GroupVisitListOrder {
  const asked: GroupVisitOrder[] = orderBy.length > 0 ? orderBy : [{ field: 'START_AT', direction: 'ASC' }]
  const listed: OrderTerm[] = []
  const add = (term: Term, direction: Direction) => {
    if (!listed.some((each) => each.column === term.column)) listed.push({ ...term, direction })
  }
  for (const { field, direction } of asked) for (const term of terms[field]) add(term, direction)
  const { name, type, direction } = listed.at(-1) ?? { ...id, direction: 'ASC' as const }
  if (type !== 'timestamptz' && name !== 'id') add(startsAt, direction)
  add(id, direction)
  const columns = listed.flatMap((term) =>
    term.column.startsWith('group_visit.') ? [term.name as GroupVisitColumn] : [],
  )
  const at = asked.findIndex(({ field }) => field === 'LOCATION_NAME')
  return { terms: listed, columns, byLocation: at < 0 ? 'no' : at === 0 ? 'first' : 'later' }
}

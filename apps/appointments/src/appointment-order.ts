import type { OrderTerm } from '@commonchart/subgraph'
import type { AppointmentRow } from './tables.ts'

type Direction = OrderTerm['direction']

/** One item of CHR's `orderBy`. */
export interface AppointmentOrder {
  field: 'ID' | 'START_AT' | 'CREATED_AT' | 'UPDATED_AT' | 'LOCATION' | 'PROVIDER' | 'SERVICE' | 'VISIT_TYPE'
  direction: Direction
}

/** A table whose names appointments can be ordered by. */
export type NamedTable = 'location' | 'provider' | 'service'

type Term = Omit<OrderTerm, 'direction'>

const id: Term = { column: 'appointment.id', name: 'id', type: 'bigint' }
const createdAt: Term = { column: 'appointment.created_at', name: 'createdAt', type: 'timestamptz' }

const own = {
  ID: id,
  START_AT: { column: 'appointment.starts_at', name: 'startsAt', type: 'timestamptz' },
  CREATED_AT: createdAt,
  UPDATED_AT: { column: 'appointment.updated_at', name: 'updatedAt', type: 'timestamptz' },
  VISIT_TYPE: { column: 'appointment.visit_type', name: 'visitType', type: 'text' },
} as const satisfies Partial<Record<AppointmentOrder['field'], Term>>

const named = { LOCATION: 'location', PROVIDER: 'provider', SERVICE: 'service' } as const

function namedTerms(table: NamedTable): Term[] {
  return [
    { column: `${table}.name_key`, name: `${table}Key`, type: 'text' },
    { column: `${table}.id`, name: `${table}KeyId`, type: 'integer' },
  ]
}

/** How a list is ordered: the terms down to a unique one, the tables whose names they use, the columns they need. */
export interface ListOrder {
  terms: OrderTerm[]
  tables: NamedTable[]
  columns: (keyof AppointmentRow & string)[]
  /** Whether the postings of a tag serve the order. */
  byTag: boolean
}

/** The order of creation as the postings of a tag keep it. */
const posted: Record<string, string> = {
  'appointment.created_at': 'posting.created_at',
  'appointment.id': 'posting.appointment_id',
}

/**
 * Turns CHR's `orderBy` into the terms of a keyset: equal ones follow in the order of creation, in the direction of the last
 * term, so that an index serves them. With `tagged` the order of creation is that of postings.
 */
export function orderAppointments(orderBy: AppointmentOrder[], tagged = false): ListOrder {
  const asked = orderBy.length > 0 ? orderBy : [{ field: 'CREATED_AT', direction: 'ASC' } as const]
  const terms: OrderTerm[] = []
  const tables = new Set<NamedTable>()
  const add = (term: Term, direction: Direction) => {
    if (!terms.some((each) => each.column === term.column)) terms.push({ ...term, direction })
  }
  for (const { field, direction } of asked) {
    if (field in own) add(own[field as keyof typeof own], direction)
    else {
      const table = named[field as keyof typeof named]
      tables.add(table)
      for (const term of namedTerms(table)) add(term, direction)
    }
  }
  const { name, type, direction } = terms.at(-1) ?? { ...id, direction: 'ASC' as const }
  if (type !== 'timestamptz' && name !== 'id') add(createdAt, direction)
  add(id, direction)
  const columns = terms.flatMap((term) =>
    term.column.startsWith('appointment.') ? [term.name as keyof AppointmentRow & string] : [],
  )
  const byTag = tagged && terms.length === 2 && terms[0]?.column === createdAt.column
  const inPostings = byTag
    ? terms.map((term) => ({ ...term, column: posted[term.column] ?? term.column }))
    : terms
  return { terms: inPostings, tables: [...tables], columns, byTag }
}

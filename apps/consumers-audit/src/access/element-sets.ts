import type { CompiledQuery, Kysely } from 'kysely'
import type { Tables } from '../tables.ts'
import type { AccessRecord, ElementSet } from './access-record.ts'
import { dayOf, instantOf } from './days.ts'
import type { ElementSetRow } from './tables.ts'

/** Makes the statement that stores the sets of elements that records name, for each of their days; one that is there stays. */
export function storeElementSets(
  db: Kysely<Tables>,
  domainId: number,
  records: AccessRecord[],
  sets: ElementSet[],
): CompiledQuery[] {
  const elementsOf = new Map(sets.map(({ id, elements }) => [id, elements]))
  const rows = new Map<string, ElementSetRow>()
  for (const { id, usedElements } of records) {
    const elements = usedElements ? elementsOf.get(usedElements) : undefined
    const day = dayOf(instantOf(id))
    if (usedElements && elements)
      rows.set(`${day} ${usedElements}`, { domainId, day, id: usedElements, elements })
  }
  if (rows.size === 0) return []
  // Two transactions that store the same sets take them in the same order, so neither waits for the other in a circle.
  const sorted = [...rows].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, row]) => row)
  return [
    db
      .insertInto('elementSet')
      .values(sorted)
      .onConflict((conflict) => conflict.doNothing())
      .compile(),
  ]
}

import { refusal, Violations } from '@commonchart/errors'
import type { AppointmentsChange } from './context.ts'
import { takeTurn } from './counters.ts'
import {
  findByExternalIds,
  insertExternalIds,
  keyOf,
  type ExternalId,
  type ExternalType,
} from './external-ids.ts'

/** An item of an import, known by what it is called where it comes from. */
export interface ImportItem {
  externalId: ExternalId
}

/** What became of one item. */
export interface ImportResult {
  outcome: 'CREATED' | 'UNCHANGED' | 'UPDATED' | 'REFUSED'
  id: string | null
  violations: Violations['list']
}

/** How items of one type are read, compared and written. */
export interface Importer<Item extends ImportItem, Values, Row> {
  type: ExternalType
  /** Reads whole records by their ids. */
  find(ids: string[]): Promise<Map<string, Row>>
  /** Reads an item at `path`; `row` is the record that it is already. Adds every violation. */
  read(item: Item, path: string, violations: Violations, row: Row | undefined): Values | Promise<Values>
  insert(values: Values): Promise<string>
  /** Gives false when nothing differs. */
  change(row: Row, values: Values): Promise<boolean>
}

/** Larger imports come in batches. */
export const largestImport = 500

/**
 * Takes in records of other systems: creates those that are not here, changes those that differ, and refuses those that
 * break a rule, each by itself. Imports of one type and domain take turns, so that a record never comes in twice.
 */
export async function importItems<Item extends ImportItem, Values, Row>(
  change: AppointmentsChange,
  items: Item[],
  importer: Importer<Item, Values, Row>,
): Promise<ImportResult[]> {
  const { trx, domainId } = change
  const { type } = importer
  if (items.length > largestImport)
    throw refusal('BAD_USER_INPUT', `An import takes at most ${largestImport} items.`, { path: 'input' })
  await takeTurn(trx, `import ${type}`)
  const ids = await findByExternalIds(
    trx,
    domainId,
    type,
    items.map((item) => item.externalId),
  )
  const rows = await importer.find([...ids.values()])
  const results: ImportResult[] = []
  const made: { externalId: ExternalId; recordId: string }[] = []
  const seen = new Set<string>()
  for (const [at, item] of items.entries()) {
    const path = `input.${at}`
    const violations = new Violations()
    readExternalId(item.externalId, `${path}.externalId`, violations, seen)
    const row = rows.get(ids.get(keyOf(item.externalId)) ?? '')
    const values = await importer.read(item, path, violations, row)
    const id = ids.get(keyOf(item.externalId)) ?? null
    const result = await write(importer, { row, id, values, violations })
    if (result.outcome === 'CREATED' && result.id !== null)
      made.push({ externalId: item.externalId, recordId: result.id })
    results.push(result)
  }
  await insertExternalIds(trx, domainId, type, made)
  return results
}

async function write<Item extends ImportItem, Values, Row>(
  importer: Importer<Item, Values, Row>,
  read: { row: Row | undefined; id: string | null; values: Values; violations: Violations },
): Promise<ImportResult> {
  const { row, id, values, violations } = read
  if (violations.list.length > 0) return { outcome: 'REFUSED', id: null, violations: violations.list }
  if (row === undefined) return { outcome: 'CREATED', id: await importer.insert(values), violations: [] }
  return { outcome: (await importer.change(row, values)) ? 'UPDATED' : 'UNCHANGED', id, violations: [] }
}

function readExternalId(
  externalId: ExternalId,
  path: string,
  violations: Violations,
  seen: Set<string>,
): void {
  for (const part of ['system', 'value'] as const) {
    const text = externalId[part]
    if (text.trim() === '' || text.length > 500 || text.includes('\0'))
      violations.add(`${path}.${part}`, 'EXTERNAL_ID', 'This has from 1 to 500 characters and is not blank.')
  }
  const key = keyOf(externalId)
  if (seen.has(key))
    violations.add(path, 'EXTERNAL_ID_TWICE', 'Another item of this import has this external id.')
  seen.add(key)
}

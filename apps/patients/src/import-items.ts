import { createHash } from 'node:crypto'
import { isRefusal, refusal, Violations, type Violation } from '@commonchart/errors'
import { CompiledQuery, sql } from 'kysely'
import type { PatientsChange } from './context.ts'
import type { ExternalIdRow } from './tables.ts'

export interface ExternalId {
  system: string
  value: string
}

export interface ImportResult {
  outcome: 'CREATED' | 'UNCHANGED' | 'UPDATED' | 'REFUSED'
  id: string | null
  violations: Violation[]
}

/** How one type of record is imported. */
export interface Importer<Item> {
  type: string
  create(item: Item, path: string): Promise<string>
  update(id: string, item: Item, path: string): Promise<void>
}

const largestImport = 500

/**
 * Imports items one by one, each known by its external id: the same content again changes nothing, and one that breaks a
 * rule is undone, with all that it was to tell, and told while the rest goes in. `createImporter` makes the importer of one
 * item, which audits and sends by the change it is given. Throws when there are more than 500.
 */
export async function importItems<Item extends { externalId: ExternalId }>(
  change: PatientsChange,
  items: Item[],
  createImporter: (change: PatientsChange) => Importer<Item>,
): Promise<ImportResult[]> {
  if (items.length > largestImport)
    throw refusal('BAD_USER_INPUT', `An import takes at most ${largestImport} items at once.`, {
      path: 'input',
    })
  const results: ImportResult[] = []
  const seen = new Set<string>()
  await sql`SAVEPOINT item`.execute(change.trx)
  for (const [at, item] of items.entries()) {
    const path = `input.${at}`
    const unusable = checkExternalId(item.externalId, `${path}.externalId`, seen)
    if (unusable.length > 0) {
      results.push({ outcome: 'REFUSED', id: null, violations: unusable })
      continue
    }
    const told: (() => void)[] = []
    const result = await importItem(change, item, path, createImporter(holdBack(change, told)))
    if (result.outcome !== 'REFUSED') for (const tell of told) tell()
    results.push(result)
  }
  await sql`RELEASE SAVEPOINT item`.execute(change.trx)
  return results
}

/** A change that keeps in `told` what is to be audited, sent and warned of until it is known to stay. */
function holdBack(change: PatientsChange, told: (() => void)[]): PatientsChange {
  return {
    ...change,
    audit: (event) => void told.push(() => change.audit(event)),
    send: (event) => void told.push(() => change.send(event)),
    warn: (...warning) => void told.push(() => change.warn(...warning)),
  }
}

/** Imports one item within a savepoint of its own, which ends before the next begins: nested ones would grow with the import. */
async function importItem<Item extends { externalId: ExternalId }>(
  change: PatientsChange,
  item: Item,
  path: string,
  importer: Importer<Item>,
): Promise<ImportResult> {
  const result = await importWithin(change, item, path, importer)
  // Both in one message.
  await change.trx.executeQuery(CompiledQuery.raw('RELEASE SAVEPOINT item; SAVEPOINT item'))
  return result
}

async function importWithin<Item extends { externalId: ExternalId }>(
  change: PatientsChange,
  item: Item,
  path: string,
  importer: Importer<Item>,
): Promise<ImportResult> {
  const { trx, domainId } = change
  const fingerprint = createHash('sha256')
    .update(JSON.stringify(sorted(item)))
    .digest('base64url')
  const key = { domainId, type: importer.type, system: item.externalId.system, value: item.externalId.value }
  // Taking the external id first makes another import of the same record wait for this one and then find it.
  const taken = await trx
    .insertInto('externalId')
    .values({ ...key, recordId: '0', fingerprint })
    .onConflict((conflict) => conflict.columns(['domainId', 'type', 'system', 'value']).doNothing())
    .returning('recordId')
    .executeTakeFirst()
  const known = taken ? undefined : await findExternalId(trx, key)
  try {
    if (known?.fingerprint === fingerprint)
      return { outcome: 'UNCHANGED', id: known.recordId, violations: [] }
    const recordId = known ? known.recordId : await importer.create(item, path)
    if (known) await importer.update(known.recordId, item, path)
    await trx
      .updateTable('externalId')
      .set({ recordId, fingerprint })
      .where('domainId', '=', domainId)
      .where('type', '=', key.type)
      .where('system', '=', key.system)
      .where('value', '=', key.value)
      .execute()
    return { outcome: known ? 'UPDATED' : 'CREATED', id: recordId, violations: [] }
  } catch (error) {
    if (!isRefusal(error)) throw error
    await sql`ROLLBACK TO SAVEPOINT item`.execute(trx)
    return { outcome: 'REFUSED', id: null, violations: violationsOf(error, path) }
  }
}

/** What keeps an external id from being stored and found again, or from meaning one record. Adds it to those that were seen. */
function checkExternalId(externalId: ExternalId, path: string, seen: Set<string>): Violation[] {
  const violations = new Violations()
  for (const part of ['system', 'value'] as const) {
    const text = externalId[part]
    if (text.trim() === '' || text.length > 500 || text.includes('\0') || !text.isWellFormed())
      violations.add(`${path}.${part}`, 'EXTERNAL_ID', 'This has from 1 to 500 characters and is not blank.')
  }
  const key = JSON.stringify([externalId.system, externalId.value])
  if (seen.has(key))
    violations.add(path, 'EXTERNAL_ID_TWICE', 'Another item of this import has this external id.')
  seen.add(key)
  return violations.list
}

type ExternalKey = Pick<ExternalIdRow, 'domainId' | 'type' | 'system' | 'value'>

function findExternalId(trx: PatientsChange['trx'], key: ExternalKey) {
  return trx
    .selectFrom('externalId')
    .select(['recordId', 'fingerprint'])
    .where('domainId', '=', key.domainId)
    .where('type', '=', key.type)
    .where('system', '=', key.system)
    .where('value', '=', key.value)
    .forUpdate()
    .executeTakeFirstOrThrow()
}

function violationsOf(error: Error & { extensions: Record<string, unknown> }, path: string): Violation[] {
  const { code, violations, path: at } = error.extensions
  if (Array.isArray(violations)) return violations as Violation[]
  return [{ path: typeof at === 'string' ? at : path, rule: String(code), message: error.message }]
}

function sorted(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== 'object') return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, each]) => [key, sorted(each)]))
}

import {
  listDomainTables,
  openDomainTransaction,
  type BaseTables,
  type DomainTable,
} from '@commonchart/database'
import { refusal } from '@commonchart/errors'
import { sql, type Kysely, type Transaction } from 'kysely'
import { requireOperator } from './authorise.ts'
import type { StreamEndpoint } from './streams.ts'

/** What a subgraph says of its part of an export of a domain. */
export interface DomainExport<Tables> {
  /** Tables whose rows `further` gives in another form, and why. */
  inOtherForm?: Record<string, string>
  /** Columns that are left out of a table's rows for the same reason. */
  withoutColumns?: Record<string, string[]>
  /** Gives what is kept sealed or apart as it is read, in the snapshot of the rest: lists by name, row by row as JSON. */
  further?(trx: Transaction<Tables>, domainId: number): AsyncIterable<{ list: string; row: string }>
}

const batchSize = 500
/** Rows are read as fast as the receiver takes them, and one batch within this. */
const batchTimeoutMs = 60_000

/**
 * Makes `/export/domain`: everything that this subgraph keeps of one domain, for operators, as of one moment. Every table that
 * `pg_catalog` knows is in it; each line is `{"list":NAME,"row":{…}}`, and the last one `{"end":{NAME:COUNT…}}`, without
 * which it is not whole.
 */
export function createDomainExport<Tables extends BaseTables>(
  parts: DomainExport<Tables> = {},
): StreamEndpoint<Tables> {
  return async (context, parameters) => {
    requireOperator(context)
    const { domain, ...others } = parameters
    if (typeof domain !== 'string' || Object.keys(others).length > 0)
      throw refusal('BAD_USER_INPUT', 'An export is of one domain, by its name.', { path: 'domain' })
    const domainId = await getDomainId(context.db, domain)
    return { contentType: 'application/x-ndjson', chunks: writeLines(context.db, domainId, parts) }
  }
}

async function getDomainId<Tables extends BaseTables>(db: Kysely<Tables>, name: string): Promise<number> {
  const { rows } = await sql<{ id: number }>`SELECT id FROM domain_ref WHERE name = ${name}`.execute(db)
  if (!rows[0]) throw refusal('NOT_FOUND', 'There is no domain of this name.', { path: 'domain' })
  return rows[0].id
}

async function* writeLines<Tables extends BaseTables>(
  db: Kysely<Tables>,
  domainId: number,
  { inOtherForm = {}, withoutColumns = {}, further }: DomainExport<Tables>,
): AsyncGenerator<string> {
  const { trx, close } = await openDomainTransaction(db, domainId, { readOnly: true, snapshot: true })
  const counts: Record<string, number> = {}
  try {
    await sql.raw(`SET LOCAL statement_timeout = ${batchTimeoutMs}`).execute(trx)
    for (const table of await listDomainTables(trx)) {
      if (table.name in inOtherForm) continue
      counts[table.name] = 0
      for await (const rows of readTable(trx, domainId, table, withoutColumns[table.name] ?? [])) {
        counts[table.name] = (counts[table.name] ?? 0) + rows.length
        yield rows.map((row) => lineOf(table.name, row)).join('')
      }
    }
    if (further)
      for await (const { list, row } of further(trx, domainId)) {
        counts[list] = (counts[list] ?? 0) + 1
        yield lineOf(list, row)
      }
    yield `${JSON.stringify({ end: counts })}\n`
  } finally {
    await close('ROLLBACK', { cause: 'nothing was written' })
  }
}

/** The row is JSON already: it is written as Postgres gives it, with every digit of its numbers. */
function lineOf(list: string, row: string): string {
  return `{"list":${JSON.stringify(list)},"row":${row}}\n`
}

/** Reads the rows of a domain in one table, by its key, from a cursor: however many they are, a batch is in memory. */
async function* readTable<Tables>(
  trx: Transaction<Tables>,
  domainId: number,
  { name, domainColumn, key }: DomainTable,
  without: string[],
): AsyncGenerator<string[]> {
  const order = key.length > 0 ? sql` ORDER BY ${sql.join(key.map((each) => sql.ref(each)))}` : sql``
  await sql`DECLARE rows NO SCROLL CURSOR FOR
    SELECT (to_jsonb(t) - ${sql.lit(`{${without.join()}}`)}::text[])::text AS row FROM ${sql.table(name)} t
    WHERE ${sql.ref(domainColumn)} = ${sql.lit(domainId)}${order}`.execute(trx)
  for (;;) {
    const { rows } = await sql<{ row: string }>`FETCH ${sql.lit(batchSize)} FROM rows`.execute(trx)
    if (rows.length > 0) yield rows.map(({ row }) => row)
    if (rows.length < batchSize) break
  }
  await sql`CLOSE rows`.execute(trx)
}

import { listPage, parseIntId, type Page, type PageArguments } from '@commonchart/subgraph'
import type { Selectable, SelectQueryBuilder, Transaction } from 'kysely'
import type { Context } from './context.ts'
import { notFound } from './references.ts'
import type { Tables } from './tables.ts'

/** The tables of records that a domain numbers by itself. */
export type RecordTable =
  | 'appointmentTag'
  | 'flexibleWorkHour'
  | 'location'
  | 'offTime'
  | 'presentingIssue'
  | 'provider'
  | 'service'
  | 'standardWorkHour'
  | 'userGroup'

export type RecordOf<Table extends RecordTable> = Selectable<Tables[Table]>

/** A record with the columns that were asked for. */
export type PartOf<Table extends RecordTable> = Partial<RecordOf<Table>> & { id: number }

/** Reads whole records by their ids. */
export async function findRecords<Table extends RecordTable>(
  trx: Transaction<Tables>,
  domainId: number,
  table: Table,
  ids: number[],
): Promise<Map<string, RecordOf<Table>>> {
  if (ids.length === 0) return new Map()
  const rows = await selectFrom(trx, domainId, table).selectAll().where('id', 'in', ids).execute()
  return new Map(rows.map((row) => [String(row.id), row as RecordOf<Table>]))
}

/** Loads a record by its id together with the others that the request asks for; null when there is none. */
export function loadRecord<Table extends RecordTable>(
  context: Context,
  table: Table,
  id: string | number,
  columns: readonly (keyof Tables[Table] & string)[],
): Promise<PartOf<Table> | null> {
  const key = parseIntId(id)
  if (key === null) return Promise.resolve(null)
  const { domainId } = context
  return context
    .loader<PartOf<Table>>(`${table} ${columns.join()}`, (ids) =>
      context.read(async (trx) => {
        const rows = await selectFrom(trx, domainId, table)
          .select(['id', ...(columns as ['id'])])
          .where('id', 'in', ids.map(Number))
          .execute()
        return new Map(rows.map((row) => [String(row.id), row as PartOf<Table>]))
      }),
    )
    .load(String(key))
}

/** Reads a record and keeps others from changing it until the transaction ends. Throws `NOT_FOUND`. */
export async function lockRecord<Table extends RecordTable>(
  trx: Transaction<Tables>,
  domainId: number,
  table: Table,
  id: string,
  path = 'input.id',
): Promise<RecordOf<Table>> {
  const key = parseIntId(id)
  if (key === null) throw notFound(path)
  const row = await selectFrom(trx, domainId, table)
    .selectAll()
    .where('id', '=', key)
    .forNoKeyUpdate()
    .executeTakeFirst()
  if (!row) throw notFound(path)
  return row as RecordOf<Table>
}

/** Lists a page of the records that a query finds, oldest first, with the columns that were asked for. */
export function listRecords<Table extends RecordTable>(
  context: Context,
  table: Table,
  query: SelectQueryBuilder<Tables, Table, object>,
  columns: readonly (keyof Tables[Table] & string)[],
  { args, fields }: { args: PageArguments; fields: Set<string> },
): Promise<Page<PartOf<Table>>> {
  const name = table.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  const known = query as unknown as SelectQueryBuilder<Numbered, 'location', object>
  return listPage(known.select(['id', ...(columns as ['id'])]), {
    order: [{ column: `${name}.id`, name: 'id', direction: 'ASC', type: 'integer' }],
    args,
    fields,
    context,
    count: () => countRows(query),
  }) as Promise<Page<PartOf<Table>>>
}

/** What all of these tables have: kysely's types do not follow a table that is only known by its type. */
interface Numbered {
  location: { domainId: number; id: number }
}

function selectFrom(trx: Transaction<Tables>, domainId: number, table: RecordTable) {
  return (trx as unknown as Transaction<Numbered>)
    .selectFrom(table as 'location')
    .where('domainId', '=', domainId)
}

/** Counts the rows of a query. */
export async function countRows<Table extends keyof Tables, Selected>(
  query: SelectQueryBuilder<Tables, Table, Selected>,
): Promise<number> {
  const { count } = await query
    .clearSelect()
    .select((of) => of.fn.countAll().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}

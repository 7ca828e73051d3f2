import { sql, type Kysely } from 'kysely'

/** A table that holds rows of domains. */
export interface DomainTable {
  name: string
  /** The column that says whose a row is. */
  domainColumn: 'domain_id' | 'id'
  /** The columns of its primary key, in their order. */
  key: string[]
}

/** Tables whose rows are domains themselves: their `id` is the domain. */
const tablesOfDomains = ['domain', 'domain_ref']

/**
 * Reads `pg_catalog` and lists every table of the schema `public` that holds rows of domains, by name: those with a column
 * `domain_id`, and those of domains themselves. Partitions are in their table.
 */
export async function listDomainTables<Tables>(db: Kysely<Tables>): Promise<DomainTable[]> {
  const { rows } = await sql<DomainTable>`
    SELECT c.relname AS name, a.attname AS "domainColumn",
      ARRAY(
        SELECT k.attname::text FROM pg_index i, unnest(i.indkey) WITH ORDINALITY AS of(attnum, place)
          JOIN pg_attribute k ON k.attrelid = c.oid AND k.attnum = of.attnum
        WHERE i.indrelid = c.oid AND i.indisprimary ORDER BY of.place) AS key
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
      AND a.attname = CASE WHEN c.relname = ANY (${tablesOfDomains}) THEN 'id' ELSE 'domain_id' END
    ORDER BY c.relname`.execute(db)
  return rows
}

/**
 * Names the tables of the schema `public` that `listDomainTables` leaves out: a test holds them to those of which it is known
 * that they hold nothing of any domain.
 */
export async function listTablesOfNoDomain<Tables>(db: Kysely<Tables>): Promise<string[]> {
  const listed = (await listDomainTables(db)).map(({ name }) => name)
  const { rows } = await sql<{ name: string }>`
    SELECT c.relname AS name FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'f', 'm') AND NOT c.relispartition
      AND c.relname <> ALL (${listed})
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    ORDER BY 1`.execute(db)
  return rows.map(({ name }) => name)
}

import { sql, type Kysely } from 'kysely'

/**
 * Reads `pg_catalog` and lists everything that breaks the rules of tenancy: a table of the schema `public` without
 * `domain_id integer NOT NULL`, without forced row-level security, with a trigger, or with an index, key or exclusion
 * in which `domain_id` does not come first. Tables named in `global` hold no domain's data.
 */
export async function findTenancyFaults<Tables>(db: Kysely<Tables>, global: string[]): Promise<string[]> {
  const { rows } = await sql<{ fault: string }>`
    WITH tables AS (
      SELECT c.oid, c.relname, c.relrowsecurity AND c.relforcerowsecurity AS forced
      FROM pg_class c
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname <> ALL (${global})
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    ), domain_column AS (
      SELECT t.oid, a.attnum, a.attnotnull AND a.atttypid = 'integer'::regtype AS sound
      FROM tables t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attname = 'domain_id' AND NOT a.attisdropped
    )
    SELECT t.relname || ': no column domain_id integer NOT NULL' AS fault
      FROM tables t LEFT JOIN domain_column d USING (oid) WHERE d.sound IS DISTINCT FROM true
    UNION ALL
    SELECT t.relname || ': row-level security is not forced' FROM tables t WHERE NOT t.forced
    UNION ALL
    SELECT t.relname || ': no primary key' FROM tables t
      WHERE NOT EXISTS (SELECT FROM pg_constraint p WHERE p.conrelid = t.oid AND p.contype = 'p')
    UNION ALL
    SELECT t.relname || ': domain_id is not first in index ' || i.indexrelid::regclass::text
      FROM tables t JOIN domain_column d USING (oid) JOIN pg_index i ON i.indrelid = t.oid
      WHERE i.indkey[0] <> d.attnum
    UNION ALL
    SELECT t.relname || ': domain_id is not first in ' || k.conname
      FROM tables t JOIN domain_column d USING (oid) JOIN pg_constraint k ON k.conrelid = t.oid
      WHERE k.contype IN ('p', 'u', 'f', 'x') AND k.conkey[1] <> d.attnum
    UNION ALL
    SELECT t.relname || ': has the trigger ' || g.tgname
      FROM tables t JOIN pg_trigger g ON g.tgrelid = t.oid WHERE NOT g.tgisinternal
    ORDER BY 1`.execute(db)
  return rows.map((row) => row.fault)
}

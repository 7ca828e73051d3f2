import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { distributeTables, migrateDatabase, openDatabase, readPlacement } from '@commonchart/database'
import { subgraphNames } from '@commonchart/subgraph-list'
import { openEmptyTestDatabase, openTestDatabase, type TestDatabase } from '@commonchart/testing'
import { sql, type Kysely } from 'kysely'

const folderOf = (subgraph: string): URL => new URL(`../../apps/${subgraph}/migrations/`, import.meta.url)
const open: { db: Kysely<unknown>; database: Pick<TestDatabase, 'close'> }[] = []
after(async () => {
  for (const { db, database } of open) {
    await db.destroy()
    await database.close()
  }
})

async function openSubgraph(name: string): Promise<Kysely<unknown>> {
  const database = await openTestDatabase(folderOf(name))
  const db = openDatabase<unknown>(database.adminUrl, { max: 1 })
  open.push({ db, database })
  return db
}

/**
 * What `reference/citus.md` says that Citus demands when tables are spread, put into functions of its names: the real
 * extension is not among what tests can have.
 */
async function standIn(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(
      `CREATE SCHEMA citus;
       SET search_path = public, citus;
       CREATE TABLE citus.pg_dist_partition (logicalrelid regclass PRIMARY KEY, method text, beside text);
       CREATE FUNCTION citus.place(name regclass, method text, near text) RETURNS void LANGUAGE plpgsql AS $$
       BEGIN
         IF current_setting('citus.multi_shard_modify_mode') <> 'sequential'
           OR current_setting('citus.enable_local_reference_table_foreign_keys') <> 'off' THEN
           RAISE 'the settings for data that is there are missing';
         END IF;
         IF (SELECT relforcerowsecurity FROM pg_class WHERE oid = name) THEN
           RAISE '% is forced: its rows would vanish', name;
         END IF;
         IF EXISTS (SELECT FROM pg_constraint f WHERE f.conrelid = name AND f.contype = 'f' AND f.confrelid <> name
           AND NOT EXISTS (SELECT FROM pg_dist_partition p WHERE p.logicalrelid = f.confrelid)) THEN
           RAISE '% references a table that is not placed', name;
         END IF;
         IF near NOT IN ('', 'default') AND NOT EXISTS (
           SELECT FROM pg_dist_partition p WHERE p.logicalrelid = near::regclass AND p.method = 'h') THEN
           RAISE '% cannot stand beside %', name, near;
         END IF;
         INSERT INTO pg_dist_partition VALUES (name, method, near);
       END $$;
       CREATE FUNCTION citus.create_reference_table(name regclass) RETURNS void
         LANGUAGE sql AS $$ SELECT place(name, 'n', '') $$;
       CREATE FUNCTION citus.create_distributed_table(name regclass, domain text, colocate_with text) RETURNS void
         LANGUAGE sql AS $$ SELECT place(name, 'h', colocate_with) $$;`,
    )
    .execute(db)
}

const readForced = async (db: Kysely<unknown>): Promise<string[]> => {
  const { rows } = await sql<{ name: string }>`SELECT relname AS name FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relforcerowsecurity AND NOT relispartition
    ORDER BY 1`.execute(db)
  return rows.map(({ name }) => name)
}

for (const name of subgraphNames)
  test(`every table of ${name} is spread once: a domain's by its domain, all others to every machine`, async () => {
    const db = await openSubgraph(name)
    const forced = await readForced(db)
    const { reference, distributed } = await readPlacement(db)
    await standIn(db)
    const done = await distributeTables(db)
    assert.deepEqual(done, [...reference, ...distributed])
    assert.deepEqual([...distributed].sort(), forced)
    assert.ok(reference.includes('domain_ref'))
    assert.deepEqual(await readForced(db), forced, 'row-level security binds the owner again')
    const { rows } = await sql<{ beside: string }>`SELECT DISTINCT beside FROM pg_dist_partition
      WHERE method = 'h' AND beside <> 'default'`.execute(db)
    assert.deepEqual(rows, [{ beside: distributed[0] }], 'all stand in one group')
    assert.deepEqual(await distributeTables(db), [], 'and nothing is left to do')
  })

for (const name of subgraphNames)
  test(`nothing in the tables of ${name} is of a form that Citus refuses`, async () => {
    const db = await openSubgraph(name)
    const { reference, distributed } = await readPlacement(db)
    const { rows } = await sql<{ fault: string }>`
      SELECT conrelid::regclass || ': ' || conname || ' sets NULL' AS fault FROM pg_constraint
        WHERE contype = 'f' AND (confdeltype = 'n' OR confupdtype = 'n') AND connamespace = 'public'::regnamespace
      UNION ALL SELECT conrelid::regclass || ': ' || conname || ' is deferred' FROM pg_constraint
        WHERE condeferrable AND connamespace = 'public'::regnamespace
      UNION ALL SELECT conrelid::regclass || ': ' || conname || ' leads from every machine to one' FROM pg_constraint
        WHERE contype = 'f' AND conrelid::regclass::text = ANY(${reference}) AND confrelid::regclass::text = ANY(${distributed})
      UNION ALL SELECT c.relname || ': is a partition and has partitions' FROM pg_class c
        WHERE c.relispartition AND c.relkind = 'p'
      UNION ALL SELECT attrelid::regclass || ': domain_id is ' || format_type(atttypid, NULL) FROM pg_attribute
        WHERE attname = 'domain_id' AND atttypid <> 'integer'::regtype AND attrelid::regclass::text = ANY(${distributed})
      UNION ALL SELECT tgrelid::regclass || ': ' || tgname FROM pg_trigger
        WHERE NOT tgisinternal AND tgrelid::regclass::text = ANY(${[...reference, ...distributed]})`.execute(
      db,
    )
    assert.deepEqual(
      rows.map(({ fault }) => fault),
      [],
    )
  })

test('where the extension is absent the engine is refused in a sentence, before anything is made', async () => {
  const database = await openEmptyTestDatabase()
  const db = openDatabase<unknown>(database.adminUrl, { max: 1 })
  open.push({ db, database })
  await assert.rejects(
    migrateDatabase({ url: database.adminUrl, folder: folderOf('patients'), engine: 'citus' }),
    { name: 'DistributionRefused', message: /does not have the extension/ },
  )
  const { rows } = await sql`SELECT FROM pg_namespace WHERE nspname = 'commonchart'`.execute(db)
  assert.equal(rows.length, 0)
})

import pg from 'pg'
import { runWorkers } from './run-workers.ts'

/** The tables in which rows of a record stay, each with what leads from its rows to the record's id. */
const tables = {
  access_log: 'JOIN sent ON sent.id = source.id',
  access_patient: 'JOIN sent ON sent.id = source.id',
  audit_leaf: 'JOIN sent ON sent.id = source.request_id::uuid',
  audit_seen:
    'JOIN audit_leaf leaf ON leaf.domain_id = source.domain_id AND leaf.id = source.leaf_id JOIN sent ON sent.id = leaf.request_id::uuid',
  audit_sequence:
    'JOIN audit_leaf leaf ON leaf.domain_id = source.domain_id AND leaf.id = source.leaf_id JOIN sent ON sent.id = leaf.request_id::uuid',
}

/**
 * Inserts the rows of the newest records once more, with the indexes that they have, by the barest statements that there are:
 * from tables of the same database, without parameters, policies or a queue, nothing computed, one transaction for each batch.
 * Gives the records per second: what no recorder that keeps these rows can pass.
 */
export async function insertRowsBarely(
  admin: pg.Client,
  connectionString: string,
  { sent, batch, connections }: { sent: number; batch: number; connections: number },
): Promise<number> {
  const size = Math.round(batch)
  await admin.query(`DROP TABLE IF EXISTS sent;
    CREATE TABLE sent AS SELECT id, ((row_number() OVER () - 1) / ${size})::integer AS batch
      FROM (SELECT id FROM access_log ORDER BY id DESC LIMIT ${sent}) AS newest;
    CREATE INDEX ON sent (id); ANALYZE sent`)
  const inserts: string[] = []
  for (const [table, join] of Object.entries(tables)) {
    await admin.query(`DROP TABLE IF EXISTS given_${table}, bare_${table};
      CREATE TABLE given_${table} AS SELECT source.*, sent.batch FROM ${table} source ${join};
      CREATE INDEX ON given_${table} (batch); ANALYZE given_${table};
      CREATE TABLE bare_${table} (LIKE ${table} INCLUDING INDEXES INCLUDING STORAGE)`)
    const { rows } = await admin.query<{ columns: string }>(
      `SELECT string_agg(attname, ', ' ORDER BY attnum) AS columns FROM pg_attribute
       WHERE attrelid = 'bare_${table}'::regclass AND attnum > 0`,
    )
    const columns = rows[0]?.columns
    inserts.push(`INSERT INTO bare_${table} SELECT ${columns} FROM given_${table} WHERE batch =`)
  }
  const pool = new pg.Pool({ connectionString, max: connections })
  await Promise.all(Array.from({ length: connections }, () => pool.query('SELECT 1')))
  const batches = Array.from({ length: Math.ceil(sent / size) }, (_, at) => at)
  const begun = performance.now()
  await runWorkers(connections, batches, (at) =>
    pool.query(`BEGIN; ${inserts.map((insert) => `${insert} ${at}`).join('; ')}; COMMIT`),
  )
  const seconds = (performance.now() - begun) / 1000
  await pool.end()
  return sent / seconds
}

import { sql, type Kysely, type Transaction } from 'kysely'
import type pg from 'pg'
import { atOnce, roles } from './roles.ts'

/** `DISTRIBUTED_ENGINE` asks for something that cannot be had; the message says what to do. */
export class DistributionRefused extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'DistributionRefused'
  }
}

/** Reads the setting `DISTRIBUTED_ENGINE`: null is one Postgres. Throws `DistributionRefused` for one that we do not know. */
export function readDistributedEngine(value: string | undefined): 'citus' | null {
  if (!value) return null
  if (value === 'citus') return value
  throw new DistributionRefused(
    `DISTRIBUTED_ENGINE is ${value}; what we know is citus, or nothing for one Postgres.`,
  )
}

/** Where the tables of a database belong: those under row-level security to one domain a row, all others to every machine. */
export interface Placement {
  reference: string[]
  /** Referenced ones first. */
  distributed: string[]
}

/**
 * Reads from `pg_catalog` where each table of the schema `public` belongs. A table is a domain's by its forced row-level
 * security; partitions go with their parent.
 */
export async function readPlacement<Tables>(db: Kysely<Tables>): Promise<Placement> {
  const { rows } = await sql<{ name: string; forced: boolean; references: string[] }>`
    SELECT c.relname AS name, c.relforcerowsecurity AS forced,
      ARRAY(SELECT DISTINCT r.relname::text FROM pg_constraint f JOIN pg_class r ON r.oid = f.confrelid
        WHERE f.conrelid = c.oid AND f.contype = 'f' AND r.oid <> c.oid) AS references
    FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    ORDER BY c.relname`.execute(db)
  const ordered = sortByReferences(rows)
  return {
    reference: ordered.filter(({ forced }) => !forced).map(({ name }) => name),
    distributed: ordered.filter(({ forced }) => forced).map(({ name }) => name),
  }
}

function sortByReferences<Table extends { name: string; references: string[] }>(tables: Table[]): Table[] {
  const sorted: Table[] = []
  const left = [...tables]
  while (left.length > 0) {
    const at = left.findIndex(({ references }) => !left.some(({ name }) => references.includes(name)))
    if (at < 0)
      throw new Error(`tables reference each other in a circle: ${left.map(({ name }) => name).join(', ')}`)
    sorted.push(...left.splice(at, 1))
  }
  return sorted
}

/** Makes the extension, as a superuser and before anything is migrated. Throws `DistributionRefused` where there is none. */
export async function ensureCitus(admin: pg.ClientBase): Promise<void> {
  const { rowCount } = await admin.query("SELECT FROM pg_available_extensions WHERE name = 'citus'")
  if (rowCount === 0)
    throw new DistributionRefused(
      'DISTRIBUTED_ENGINE is citus, but this PostgreSQL server does not have the extension. ' +
        'Give the address of a Citus coordinator, or leave the setting away.',
    )
  await admin.query('CREATE EXTENSION IF NOT EXISTS citus')
}

/** Has `SET LOCAL` reach the machines that hold a domain's rows: row-level security reads it there. */
export async function propagateDomain(admin: pg.ClientBase): Promise<void> {
  for (const role of [roles.app, roles.migrator, roles.maintenance, roles.finder])
    await atOnce(admin, `ALTER ROLE ${role} SET citus.propagate_set_commands = 'local'`)
}

/**
 * Spreads the tables that are not spread yet, in one transaction: what belongs to no domain is copied to every machine, what
 * does is divided by `domain_id`, all in one group, so that a domain's rows are on one machine. Gives their names. Rows that
 * are there already move with their table. To be run as the tables' owner.
 */
export async function distributeTables<Tables>(db: Kysely<Tables>): Promise<string[]> {
  return db.transaction().execute(async (trx) => {
    const placed = await readPlaced(trx)
    const { reference, distributed } = await readPlacement(trx)
    const group = distributed.find((name) => placed.has(name))
    const todo = { reference: reference.filter(isNew), distributed: distributed.filter(isNew) }
    function isNew(name: string): boolean {
      return !placed.has(name)
    }
    await sql`SET LOCAL citus.enable_local_reference_table_foreign_keys = off`.execute(trx)
    await sql`SET LOCAL citus.multi_shard_modify_mode = 'sequential'`.execute(trx)
    for (const name of todo.reference) await sql`SELECT create_reference_table(${name})`.execute(trx)
    // The rows are copied by the owner, whom forced row-level security would let see none.
    for (const name of todo.distributed)
      await sql`ALTER TABLE ${sql.table(name)} NO FORCE ROW LEVEL SECURITY`.execute(trx)
    for (const name of todo.distributed) {
      const beside = group ?? todo.distributed[0]
      await sql`SELECT create_distributed_table(${name}, 'domain_id', colocate_with => ${name === beside ? 'default' : beside})`.execute(
        trx,
      )
    }
    for (const name of todo.distributed)
      await sql`ALTER TABLE ${sql.table(name)} FORCE ROW LEVEL SECURITY`.execute(trx)
    return [...todo.reference, ...todo.distributed]
  })
}

/** The tables that Citus knows already. */
async function readPlaced<Tables>(trx: Transaction<Tables>): Promise<Set<string>> {
  const { rows } = await sql<{ name: string }>`
    SELECT c.relname AS name FROM pg_dist_partition p JOIN pg_class c ON c.oid = p.logicalrelid
    WHERE c.relnamespace = 'public'::regnamespace`.execute(trx)
  return new Set(rows.map(({ name }) => name))
}

import { sql, type Kysely } from 'kysely'
import { roles } from './roles.ts'

/**
 * Every function that the role `commonchart_maintenance` owns, by the subgraph whose database has it: the only ways across
 * domains. Each is SECURITY DEFINER with a fixed search path, and `commonchart_app` alone may execute it.
 */
export const maintenanceFunctions: Record<string, readonly string[]> = {
  /** What gateways follow: the consumers of all domains that changed after a version, with their public keys. */
  'consumers-audit': [
    'registry_consumers(bigint)',
    /** Which domains the sequencer of the audit log has work in. */
    'audit_domains_due(timestamp with time zone)',
    /** Of which domains a gateway has not seen the newest checkpoint of the audit log. */
    'audit_checkpoints_unseen(jsonb)',
    /** Which keys of the record a rotation of master keys has to wrap anew. */
    'record_keys_to_wrap(text)',
    /** For which event subscriptions something can be sent now. */
    'event_subscriptions_due()',
    /** Which secrets of event subscriptions a rotation of master keys has to seal anew. */
    'event_secrets_to_seal(text)',
  ],
}

/** Compares the list with `pg_catalog` of a subgraph's database and names every difference. */
export async function findMaintenanceFaults<Tables>(db: Kysely<Tables>, subgraph: string): Promise<string[]> {
  const listed = new Set(maintenanceFunctions[subgraph])
  const { rows } = await sql<{ name: string; definer: boolean; fixed: boolean; grantees: string[] }>`
    SELECT p.oid::regprocedure::text AS name, p.prosecdef AS definer,
      coalesce(p.proconfig::text LIKE '%search_path=%', false) AS fixed,
      ARRAY(
        SELECT CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END
        FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
        WHERE a.grantee <> p.proowner ORDER BY 1) AS grantees
    FROM pg_proc p WHERE p.proowner = ${roles.maintenance}::regrole`.execute(db)
  const present = new Set(rows.map((row) => row.name))
  return [
    ...[...listed].filter((name) => !present.has(name)).map((name) => `${name}: listed, but not there`),
    ...rows.flatMap(({ name, definer, fixed, grantees }) => [
      ...(listed.has(name) ? [] : [`${name}: not listed`]),
      ...(definer ? [] : [`${name}: not SECURITY DEFINER`]),
      ...(fixed ? [] : [`${name}: no fixed search_path`]),
      ...(grantees.join() === roles.app ? [] : [`${name}: executable by ${grantees.join(', ') || 'nobody'}`]),
    ]),
  ]
}

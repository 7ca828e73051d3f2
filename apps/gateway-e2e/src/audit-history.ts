import { createTimeOrderedId } from '@commonchart/audit'
import pg from 'pg'
import type { StackDomain } from './stack-domains.ts'
import type { Stack } from './stack.ts'

/** A leaf as the table has it; what is not given is null, or what most leaves have. */
export interface OldLeaf {
  kind?: 'REQUEST' | 'READ' | 'CHANGE'
  occurred_at: string
  actor_kind?: string | null
  actor_id?: string
  actor_name?: string
  actor_role?: string
  key_id?: string
  ip?: string
  action?: string
  record_type?: string
  record_id?: string
  record_version?: number
  patient_id?: string
  fields?: string[]
  counts?: Record<string, number>
  outcome?: string
  detail_hash?: string
  duration_ms?: number
  count?: number
}

/**
 * Puts leaves of an earlier year into a domain's audit log, which no request of a test can bring about by chance, and gives
 * their ids. Those that do not wait for a number are what an intruder would put in.
 */
export async function insertOldLeaves(
  stack: Stack,
  domain: StackDomain,
  leaves: OldLeaf[],
  { waiting = true } = {},
): Promise<string[]> {
  const client = new pg.Client({ connectionString: stack.databases['consumers-audit']?.adminUrl })
  await client.connect()
  try {
    const { rows } = await client.query<{ id: number }>('SELECT id FROM domain WHERE name = $1', [
      domain.name,
    ])
    const domainId = rows[0]?.id
    const ids: string[] = []
    for (const leaf of leaves) {
      const id = createTimeOrderedId(Date.parse(leaf.occurred_at))
      const row = {
        ...{ domain_id: domainId, id, kind: 'REQUEST', request_id: `request of ${leaf.occurred_at}` },
        ...{ actor_kind: 'consumer', actor_id: '77', actor_name: 'Old portal', action: 'request.answered' },
        ...{ fields: [], outcome: 'SUCCESS', count: 1, ...leaf },
        ...(leaf.actor_kind === null && { actor_id: null, actor_name: null }),
      }
      const columns = Object.keys(row)
      const places = columns.map((_, at) => `$${at + 1}`)
      await client.query('BEGIN')
      await client.query(
        `INSERT INTO audit_leaf (${columns.join()}) VALUES (${places.join()})`,
        Object.values(row),
      )
      if (waiting)
        await client.query('INSERT INTO audit_waiting VALUES ($1, $2, ARRAY[$2::uuid])', [domainId, id])
      await client.query('COMMIT')
      ids.push(id)
    }
    return ids
  } finally {
    await client.end()
  }
}

import assert from 'node:assert/strict'
import { openPool, withDomain } from '@commonchart/database'
import type { Identity } from '@commonchart/identity'
import { createServices, SubgraphContext } from '@commonchart/subgraph'
import { createSupportIdentity, createTestServiceKeys, openTestDatabase } from '@commonchart/testing'
import { CamelCasePlugin, CompiledQuery, Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import type { Context } from './context.ts'
import type { Tables } from './tables.ts'

/** A node of a plan as EXPLAIN writes it; rows are there only where the query was run. */
export interface Plan {
  'Node Type': string
  'Relation Name'?: string
  'Index Name'?: string
  'Sort Key'?: string[]
  Filter?: string
  'Actual Rows'?: number
  'Rows Removed by Filter'?: number
  Plans?: Plan[]
}

export interface ExplainOptions {
  /** Whose request reads: the support account of domain 1 unless said. */
  identity?: Identity
  /** Runs each query for its plan, which then says how many rows it read. */
  analyze?: boolean
}

/** A database of a test's own, whose queries are explained as the role that serves. Must be closed. */
export interface TestPlans {
  db: Kysely<Tables>
  /** Does something as the superuser, whom nothing holds back. */
  asSuperuser(work: (client: pg.Client) => Promise<unknown>): Promise<void>
  /** Runs a read and explains each of its queries, with the values that it was sent with. */
  explain(
    read: (context: Context) => Promise<unknown>,
    options?: ExplainOptions,
  ): Promise<{ sql: string; plan: Plan }[]>
  close(): Promise<void>
}

/** Opens a database that has the tables of consumers-audit and nothing in them. */
export async function openTestPlans(): Promise<TestPlans> {
  const database = await openTestDatabase(new URL('../migrations/', import.meta.url))
  const keys = createTestServiceKeys()
  const signer = keys.signers['consumers-audit'] ?? assert.fail()
  const sent: CompiledQuery[] = []
  const db = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: openPool(database.url, 2) }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
    log: ({ query }) => void sent.push(query),
  })
  return {
    db,
    async asSuperuser(work) {
      const client = new pg.Client({ connectionString: database.adminUrl })
      await client.connect()
      try {
        await work(client)
      } finally {
        await client.end()
      }
    },
    async explain(read, { identity = createSupportIdentity(), analyze = false } = {}) {
      const context: Context = new SubgraphContext<Tables>(identity, db, createServices({}, signer))
      sent.length = 0
      await read(context)
      await context.endReads()
      const queries = sent.filter((query) => query.sql.startsWith('select'))
      assert.ok(queries.length > 0)
      return withDomain(db, identity.domainId ?? assert.fail(), async (trx) => {
        const explained: { sql: string; plan: Plan }[] = []
        for (const query of queries) {
          const text = `EXPLAIN (${analyze ? 'ANALYZE, ' : ''}FORMAT JSON) ${query.sql}`
          const { rows } = await trx.executeQuery<Record<string, { Plan: Plan }[]>>(
            CompiledQuery.raw(text, [...query.parameters]),
          )
          const plan = Object.values(rows[0] ?? {})[0]?.[0]?.Plan ?? assert.fail()
          explained.push({ sql: query.sql, plan })
        }
        return explained
      })
    },
    async close() {
      await db.destroy()
      await database.close()
      keys.close()
    },
  }
}

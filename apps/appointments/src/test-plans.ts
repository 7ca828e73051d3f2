import assert from 'node:assert/strict'
import { openPool, withDomain } from '@commonchart/database'
import { SubgraphContext } from '@commonchart/subgraph'
import { createIdentity } from '@commonchart/testing'
import { CamelCasePlugin, CompiledQuery, Kysely, PostgresDialect } from 'kysely'
import type { Context } from './context.ts'
import type { Tables } from './tables.ts'
import type { TestSubgraph } from './test-subgraph.ts'

interface Plan {
  'Node Type': string
  'Relation Name'?: string
  'Index Name'?: string
  Filter?: string
  'Join Filter'?: string
  Plans?: Plan[]
}

/** Reads plans as the role that serves. Must be closed. */
export interface TestPlans {
  /** Runs a list, and fails unless an index serves each of its queries: no scan of a table, no filter beside an index. */
  assertServed(list: (context: Context) => Promise<unknown>): Promise<void>
  close(): Promise<void>
}

/** Opens a connection of its own to a test's database. */
export function openTestPlans(subgraph: TestSubgraph): TestPlans {
  const sent: CompiledQuery[] = []
  const db = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: openPool(subgraph.appUrl, 2) }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
    log: ({ query }) => void sent.push(query),
  })

  /** Runs a list and reads the plan of each of its queries, as the role and with the values that it was sent with. */
  async function plansOf(list: (context: Context) => Promise<unknown>): Promise<Plan[]> {
    const services = { post: () => Promise.reject(new Error('nobody is asked')) }
    const context: Context = new SubgraphContext<Tables>(createIdentity({ domainId: 1 }), db, services)
    sent.length = 0
    await list(context)
    await context.endReads()
    const queries = sent.filter(({ sql }) => sql.startsWith('select'))
    assert.ok(queries.length > 0)
    return withDomain(db, 1, async (trx) => {
      const plans: Plan[] = []
      for (const { sql, parameters } of queries) {
        const explain = CompiledQuery.raw(`EXPLAIN (FORMAT JSON) ${sql}`, [...parameters])
        const { rows } = await trx.executeQuery<Record<string, { Plan: Plan }[]>>(explain)
        const plan = Object.values(rows[0] ?? {})[0]?.[0]?.Plan
        assert.ok(plan)
        plans.push(plan)
      }
      return plans
    })
  }

  return {
    async assertServed(list) {
      for (const plan of await plansOf(list))
        assert.deepEqual(faultsOf(plan), [], JSON.stringify(plan, null, 1))
    },
    close: () => db.destroy(),
  }
}

function faultsOf(plan: Plan): string[] {
  const node = `${plan['Node Type']} ${plan['Relation Name'] ?? ''} ${plan['Index Name'] ?? ''}`.trim()
  return [
    ...(plan['Node Type'].includes('Seq Scan') ? [node] : []),
    ...(plan.Filter ? [`${node}: Filter ${plan.Filter}`] : []),
    ...(plan.Plans ?? []).flatMap(faultsOf),
  ]
}

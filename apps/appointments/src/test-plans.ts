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
  Plans?: Plan[]
}

/** Reads how Postgres would run what lists and loaders of domain 1 send, as `app`. */
export interface TestPlans {
  /** Fails the test when a query reads a table in full, or reads rows that it then leaves out. */
  assertServed(work: (context: Context) => Promise<unknown>): Promise<void>
  close(): Promise<void>
}

export function openPlans(subgraph: TestSubgraph): TestPlans {
  const sent: CompiledQuery[] = []
  const db = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: openPool(subgraph.appUrl, 2) }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
    log: ({ query }) => void sent.push(query),
  })
  const services = { post: () => Promise.reject(new Error('nobody is asked')) }

  async function plansOf(work: (context: Context) => Promise<unknown>): Promise<Plan[]> {
    const context: Context = new SubgraphContext<Tables>(createIdentity({ domainId: 1 }), db, services)
    sent.length = 0
    await work(context)
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
    async assertServed(work) {
      for (const plan of await plansOf(work))
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

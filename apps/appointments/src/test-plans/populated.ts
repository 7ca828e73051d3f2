import { groupPopulationOf } from '../test-group-population.ts'
import { hourPopulationOf } from '../test-hour-population.ts'
import { lifecyclePopulationOf } from '../test-lifecycle-population.ts'
import { openTestPlans, type TestPlans } from '../test-plans.ts'
import { populationOf } from '../test-population.ts'
import { openTestSubgraph, type TestSubgraph } from '../test-subgraph.ts'

/** A database on which plans are those of production: two domains, each with 20 000 rows of whatever grows. */
export interface Populated {
  subgraph: TestSubgraph
  plans: TestPlans
  close(): Promise<void>
}

const rows = 20_000
let shared: Promise<Populated> | undefined
let users = 0

/**
 * Gives the populated database that all callers in this process share: it is filled for the first of them and closed by the
 * last. For tests that only read plans. Must be closed.
 */
export async function openPopulated(): Promise<Populated> {
  users += 1
  shared ??= fill()
  const populated = await shared
  return {
    ...populated,
    async close() {
      users -= 1
      if (users === 0) await populated.close()
    },
  }
}

async function fill(): Promise<Populated> {
  const subgraph = await openTestSubgraph()
  const populations = [1, 2].map(
    (id) =>
      populationOf(id, rows) +
      groupPopulationOf(id, rows) +
      hourPopulationOf(id, rows) +
      lifecyclePopulationOf(id),
  )
  // To look up each reference takes as long as to write the rows; tests of few rows look them up.
  await subgraph.admin(`SET session_replication_role = replica; ${populations.join('')} ANALYZE`)
  const plans = openTestPlans(subgraph)
  return {
    ...{ subgraph, plans },
    async close() {
      await plans.close()
      await subgraph.close()
    },
  }
}

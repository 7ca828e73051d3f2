import { openDatabase, readPlacement, roles } from '@commonchart/database'
import { subgraphNames } from '@commonchart/subgraph-list'
import { listSentStatements, openTestDatabase } from '@commonchart/testing'
import { judgeStatement, type Placement } from './judge-statement.ts'

/** Those whose statements reach the domains' tables, but for the listed functions that go across domains on purpose. */
const judged: string[] = [roles.app, roles.finder, roles.worker]

/** Statements that touch no table: of transactions, and as the server shortens them. */
const withoutTables = /^\s*(begin|commit|rollback|savepoint|release|set|show|listen|notify|discard)\b/i

/** What came of judging all that whole processes sent to the server of the tests. */
export interface SentVerdict {
  judged: number
  faults: string[]
}

/**
 * Judges every statement that the subgraphs sent to the databases of whole-stack tests: each must be one that Citus runs on
 * the one machine that holds the domain. `url` is the test server's, as its superuser.
 */
export async function judgeSentStatements(url: string): Promise<SentVerdict> {
  const placement = await readAllPlacements()
  const statements = (await listSentStatements(url)).filter(
    ({ role, query }) =>
      judged.includes(role) && !withoutTables.test(query) && !query.includes('graphile_worker'),
  )
  const faults = await Promise.all(
    statements.map(async ({ query }) =>
      (await judgeStatement(query, placement)).map(
        (fault) => `${fault}: ${query.replace(/\s+/g, ' ').slice(0, 200)}`,
      ),
    ),
  )
  return { judged: statements.length, faults: faults.flat() }
}

/** The tables of all subgraphs that are spread by domain, as their migrations make them. */
async function readAllPlacements(): Promise<Placement> {
  const distributed = new Set<string>()
  for (const name of subgraphNames) {
    const database = await openTestDatabase(new URL(`../../apps/${name}/migrations/`, import.meta.url))
    const db = openDatabase<unknown>(database.adminUrl, { max: 1 })
    try {
      for (const table of (await readPlacement(db)).distributed) distributed.add(table)
    } finally {
      await db.destroy()
      await database.close()
    }
  }
  return { distributed }
}

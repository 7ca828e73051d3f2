import assert from 'node:assert/strict'
import { openDatabase, withDomain, type BaseTables } from '@commonchart/database'
import { createKeySet, identityHeader, type Identity } from '@commonchart/identity'
import { buildSubgraph, startSubgraph, type Services, type SubgraphDefinition } from '@commonchart/subgraph'
import {
  createIdentity,
  createTestServiceKeys,
  insertTestDomains,
  openTestDatabase,
} from '@commonchart/testing'
import { sql, type Kysely, type Transaction } from 'kysely'
import { pino } from 'pino'

/** A GraphQL answer, with its data loosely typed: tests assert on what is in it. */
export interface Answer {
  data?: Record<string, any> | null // eslint-disable-line @typescript-eslint/no-explicit-any -- answers of any shape
  errors?: { message: string; path?: (string | number)[]; extensions: Record<string, any> }[] // eslint-disable-line @typescript-eslint/no-explicit-any -- facts of any shape
  extensions?: Record<string, any> // eslint-disable-line @typescript-eslint/no-explicit-any -- facts of any shape
}

/** A subgraph in the test's own process, on a database of its own with the two test domains. */
export interface OpenSubgraph<Tables> {
  db: Kysely<Tables>
  url: string
  /** Asks as a consumer of domain 1; anything of the identity can be another. */
  ask(query: string, variables?: object, identity?: Partial<Identity>): Promise<Answer>
  /** Posts whatever it is given, with a token for these bytes and this subgraph, or with none. */
  post(path: string, body: unknown, identity?: Partial<Identity>): Promise<Response>
  /** Works in a transaction of one domain, as the subgraph does. */
  inDomain<Result>(domainId: number, work: (trx: Transaction<Tables>) => Promise<Result>): Promise<Result>
  /** Runs statements as the superuser, whom row-level security does not hold: for filling tables. */
  admin(statements: string): Promise<void>
  /** Asks a query of domain 1 and names what in the plans of its statements is not served by an index, as the role that serves. */
  findScans(query: string): Promise<string[]>
  stop(): Promise<void>
}

/**
 * Opens a subgraph by its definition, as `runSubgraph` would; its migrations are beside its schema. `others` stands for the
 * services that it calls: nobody, unless it is given. Must be stopped.
 */
export async function openSubgraph<Tables extends BaseTables>(
  definition: SubgraphDefinition<Tables>,
  { others = () => Promise.reject(new Error('nobody is there')) }: { others?: Services['post'] } = {},
): Promise<OpenSubgraph<Tables>> {
  const { name } = definition
  const database = await openTestDatabase(new URL('../migrations/', definition.schemaFolder))
  await insertTestDomains(database)
  const keys = createTestServiceKeys([...new Set(['gateway', name, ...definition.others])])
  const sent: string[] = []
  const db = openDatabase<Tables>(database.url, { max: 20, onQuery: (statement) => sent.push(statement) })
  const logger = pino({ level: process.env.TEST_LOG_LEVEL ?? 'silent' })
  const services = { post: others }
  const parts = (await definition.open?.({ env: {}, db, services, logger })) ?? {}
  const whole = { ...definition, ...parts }
  const running = await startSubgraph<Tables>({
    ...whole,
    ...{ schema: buildSubgraph(whole), db, logger, host: '127.0.0.1', port: 0 },
    keys: createKeySet({ keys: keys.publicJwks }),
    services,
  })
  const post: OpenSubgraph<Tables>['post'] = (path, content, identity) => {
    const body = JSON.stringify(content)
    const headers: Record<string, string> = { 'content-type': 'application/json' }
    if (identity) {
      const whose = createIdentity(identity)
      // A service speaks for itself, the gateway for everybody else.
      const signer = keys.signers[whose.kind === 'service' ? whose.name : 'gateway']
      headers[identityHeader] = signer?.sign(whose, name, body) ?? ''
    }
    return fetch(`${running.url}${path}`, { method: 'POST', headers, body })
  }
  const ask: OpenSubgraph<Tables>['ask'] = async (query, variables = {}, identity = {}) => {
    const response = await post('/graphql', { query, variables }, identity)
    return (await response.json()) as Answer
  }
  return {
    ...{ db, url: running.url, post, ask },
    inDomain: (domainId, work) => withDomain(db, domainId, work),
    async admin(statements) {
      const owner = openDatabase<Tables>(database.adminUrl, { max: 1 })
      await sql.raw(statements).execute(owner)
      await owner.destroy()
    },
    async findScans(query) {
      sent.length = 0
      const { errors } = await ask(query)
      const statements = sent.filter((statement) => /^select/i.test(statement))
      assert.ok(!errors && statements.length > 0, JSON.stringify(errors ?? sent))
      const plans = await Promise.all(statements.map((statement) => explain(db, statement)))
      return plans.flatMap((plan) => plan.filter((line) => /Seq Scan|^\s+Filter: /.test(line)))
    },
    async stop() {
      await running.stop()
      await parts.stop?.()
      await db.destroy()
      await database.close()
      keys.close()
    },
  }
}

/** The lines of the plan of a statement, for any values. */
function explain<Tables>(db: Kysely<Tables>, statement: string): Promise<string[]> {
  return withDomain(db, 1, async (trx) => {
    await sql.raw('SET LOCAL plan_cache_mode = force_generic_plan').execute(trx)
    await sql.raw(`PREPARE explained AS ${statement}`).execute(trx)
    const values = Array.from(new Set(statement.match(/\$\d+/g)), () => 'NULL').join()
    const called = values === '' ? 'explained' : `explained(${values})`
    const { rows } = await sql.raw<Record<string, string>>(`EXPLAIN EXECUTE ${called}`).execute(trx)
    await sql.raw('DEALLOCATE explained').execute(trx)
    return rows.map((row) => Object.values(row)[0] ?? '')
  })
}

import assert from 'node:assert/strict'
import { openDatabase, withDomain } from '@commonchart/database'
import { createKeySet, identityHeader, type Identity } from '@commonchart/identity'
import { buildSubgraph, ServiceError, startSubgraph, type Services } from '@commonchart/subgraph'
import { createTestServiceKeys, insertTestDomains, openTestDatabase } from '@commonchart/testing'
import { sql, type Kysely, type Transaction } from 'kysely'
import pg from 'pg'
import { pino } from 'pino'
import { appointmentsSubgraph } from './subgraph.ts'
import type { Tables } from './tables.ts'

/** A GraphQL answer, with its data loosely typed: tests assert on what is in it. */
export interface Answer {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the shape is what each test asserts
  data: any
  errors?: { message: string; path?: string[]; extensions: Record<string, unknown> }[]
  extensions?: Record<string, unknown>
}

/** A patient as the patients subgraph would tell of them. */
export interface PatientFacts {
  id: string
  state: 'ACTIVE' | 'ARCHIVED'
  mergedInto: string | null
  version: number
}

/** This subgraph in the test's own process, on a database of its own with the two test domains. */
export interface TestSubgraph {
  db: Kysely<Tables>
  adminUrl: string
  appUrl: string
  /** Every statement sent so far. */
  statements: string[]
  /** What the patients subgraph answers, by domain and id; `null` makes it unreachable. */
  patients: Map<string, PatientFacts> | null
  /** The ids that the patients subgraph was asked for. */
  asked: string[]
  /** What happens while the patients subgraph is asked, just before its answer arrives. */
  whenAsked?: (ids: string[]) => Promise<void>
  ask(identity: Identity, query: string, variables?: Record<string, unknown>): Promise<Answer>
  /** Asks, and fails the test when there is an error. */
  get(identity: Identity, query: string, variables?: Record<string, unknown>): Promise<Answer['data']>
  /** Posts to an internal endpoint as a service. */
  post(path: string, identity: Identity, content: unknown): Promise<unknown>
  inDomain<Result>(domainId: number, work: (trx: Transaction<Tables>) => Promise<Result>): Promise<Result>
  count(domainId: number, table: string): Promise<number>
  /** Asks the database as its superuser. */
  admin<Row extends pg.QueryResultRow>(statement: string): Promise<pg.QueryResult<Row>>
  close(): Promise<void>
}

/** Opens the subgraph for a test file. Must be closed. */
export async function openTestSubgraph({ max = 20 } = {}): Promise<TestSubgraph> {
  const database = await openTestDatabase(new URL('../migrations/', import.meta.url))
  await insertTestDomains(database)
  const keys = createTestServiceKeys()
  const signer = keys.signers.gateway
  assert(signer, 'the test keys have the gateway’s')
  const statements: string[] = []
  const db = openDatabase<Tables>(database.url, { max, onQuery: (statement) => statements.push(statement) })
  const services: Services = {
    async post<Result>(_: string, __: string, body: unknown): Promise<Result> {
      const { domainId, ids } = body as { domainId: number; ids: string[] }
      test.asked.push(...ids)
      const { patients } = test
      if (!patients) throw new ServiceError('patients could not be reached')
      const records = ids.flatMap((id) => patients.get(`${domainId}/${id}`) ?? [])
      await test.whenAsked?.(ids)
      return { records } as Result
    },
  }
  const running = await startSubgraph<Tables>({
    ...appointmentsSubgraph,
    schema: buildSubgraph(appointmentsSubgraph),
    db,
    keys: createKeySet({ keys: keys.publicJwks }),
    services,
    logger: pino({ level: process.env.TEST_LOG_LEVEL ?? 'silent' }),
    host: '127.0.0.1',
    port: 0,
  })

  // A service speaks for itself, the gateway for everybody else.
  const signerOf = ({ kind, name }: Identity) => (kind === 'service' ? keys.signers[name] : signer) ?? signer
  const post: TestSubgraph['post'] = async (path, identity, content) => {
    const body = JSON.stringify(content)
    const response = await fetch(new URL(path, running.url), {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        [identityHeader]: signerOf(identity).sign(identity, 'appointments', body),
      },
      body,
    })
    return await response.json()
  }
  const ask: TestSubgraph['ask'] = async (identity, query, variables) =>
    (await post('/graphql', identity, { query, variables })) as Answer

  const test: TestSubgraph = {
    db,
    adminUrl: database.adminUrl,
    appUrl: database.url,
    statements,
    patients: new Map(),
    asked: [],
    ask,
    async get(identity, query, variables) {
      const answer = await ask(identity, query, variables)
      assert.deepEqual(answer.errors ?? [], [])
      return answer.data
    },
    post,
    inDomain: (domainId, work) => withDomain(db, domainId, work),
    count: (domainId, table) =>
      withDomain(db, domainId, async (trx) => {
        const { rows } = await sql<{ count: string }>`SELECT count(*) FROM ${sql.table(table)}`.execute(trx)
        return Number(rows[0]?.count)
      }),
    async admin<Row extends pg.QueryResultRow>(statement: string) {
      const client = new pg.Client({ connectionString: database.adminUrl })
      await client.connect()
      try {
        return await client.query<Row>(statement)
      } finally {
        await client.end()
      }
    },
    async close() {
      await running.stop()
      await db.destroy()
      await database.close()
      keys.close()
    },
  }
  return test
}

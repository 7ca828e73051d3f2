import type { Writable } from 'node:stream'
import { currentSpan, describeStatement, nameError, type TraceSpan } from '@commonchart/telemetry'
import { CamelCasePlugin, Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { readDriverError } from './database-lost.ts'

/** Values whose JavaScript form would lose something keep their text: bigint, numeric and dates without a time. */
const keptAsText = new Set<number>([
  pg.types.builtins.INT8,
  pg.types.builtins.NUMERIC,
  pg.types.builtins.DATE,
])

const typeParsers: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    keptAsText.has(oid) ? (text: string) => text : pg.types.getTypeParser(oid, format as 'text'),
}

export interface OpenOptions {
  max?: number
  /** Called when a connection breaks, idle or in use; the pool replaces it. */
  onError?: (error: Error) => void
  /** Called with each statement before it is sent: for tests that look at what is read. */
  onQuery?: (sql: string) => void
}

/**
 * Opens a pool on a subgraph's database. int8, numeric and date come as text, timestamptz as Date, columns in camelCase.
 * Must be closed with `destroy()`.
 */
export function openDatabase<Tables>(
  url: string,
  { max = 10, onError, onQuery }: OpenOptions = {},
): Kysely<Tables> {
  const pool = openPool(url, max, onError)
  const db = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
    log: onQuery ? (event) => onQuery(event.query.sql) : undefined,
  })
  pools.set(db, pool)
  return db
}

const pools = new WeakMap<object, pg.Pool>()

/** Runs work on a connection of a database that `openDatabase` opened. One that broke is not used again. */
export async function withConnection<Result>(
  db: object,
  work: (connection: OrderlyClient) => Promise<Result>,
): Promise<Result> {
  const pool = pools.get(db)
  if (!pool) throw new Error('this database was not opened by openDatabase, or is a transaction')
  const client = (await pool.connect()) as OrderlyClient & pg.PoolClient
  let broken: boolean | undefined
  try {
    return await work(client)
  } catch (error) {
    broken = !(error instanceof pg.DatabaseError)
    throw error
  } finally {
    client.release(broken)
  }
}

/** How the connections of a database that `openDatabase` opened are used, and how much waits for one. */
export function countConnections(db: object): {
  totalCount: number
  idleCount: number
  waitingCount: number
} {
  return pools.get(db) ?? { totalCount: 0, idleCount: 0, waitingCount: 0 }
}

/** Opens a bare pool with the same treatment of types and of connections that break. */
export function openPool(
  url: string,
  max: number,
  onError: (error: Error) => void = () => undefined,
): pg.Pool {
  const pool = new ReportingPool({
    connectionString: url,
    max,
    types: typeParsers,
    connectionTimeoutMillis: 5000,
    pipeline: true,
    Client: OrderlyClient,
  })
  // A connection breaks in whosever hands it is, also between two statements of a transaction; without somebody who listens
  // that would end the process. The pool tells of idle ones a second time.
  pool.on('connect', (client) => client.on('error', onError))
  pool.on('error', () => undefined)
  return pool
}

/** Says `DatabaseLost` where no connection can be had. */
class ReportingPool extends pg.Pool {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- one implementation stands for both overloads of pg
  override connect(...args: any[]): any {
    const connect = super.connect.bind(this) as (...all: unknown[]) => unknown
    if (args.length > 0) return connect(...args)
    return (connect() as Promise<unknown>).catch((error: unknown) => {
      throw readDriverError(error, 'connect')
    })
  }
}

/** A statement as it is sent: `$1` … stand for the values. */
export interface Statement {
  text: string
  values?: unknown[]
}

/**
 * Sends statements without waiting for those before them, all that are begun in one turn of the event loop in one piece:
 * Postgres runs and answers them in that order, and each has its own error. Says `DatabaseLost` where the connection broke.
 */
export class OrderlyClient extends pg.Client {
  #gathering = false

  /** Sends statements in one piece; gives what became of each. */
  sendTogether(statements: Statement[]): Promise<PromiseSettledResult<pg.QueryResult>[]> {
    return Promise.allSettled(
      statements.map(({ text, values }) => this.query(text, values) as Promise<pg.QueryResult>),
    )
  }

  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- one implementation stands for all overloads of pg
  override query(...args: any[]): any {
    const send = super.query.bind(this) as (...all: unknown[]) => unknown
    const [text, values] = args as [unknown, unknown]
    const prepared = typeof text === 'string' && Array.isArray(values) && preparedName(text)
    if (prepared) args.splice(0, 2, { name: prepared, text, values })
    this.#gather()
    const submittable = typeof (args[0] as { submit?: unknown } | null)?.submit === 'function'
    if (submittable || typeof args.at(-1) === 'function') return send(...args)
    const span = currentSpan()
    const sent = (
      span ? traceStatement(span, args[0], () => send(...args)) : send(...args)
    ) as Promise<unknown>
    return sent.catch((error: unknown) => {
      throw readDriverError(error, 'statement')
    })
  }

  /** What is written until the event loop turns leaves in one piece. */
  #gather(): void {
    if (this.#gathering) return
    this.#gathering = true
    const { stream } = (this as unknown as { connection: { stream: Writable } }).connection
    stream.cork()
    process.nextTick(() => {
      this.#gathering = false
      stream.uncork()
    })
  }
}

/** Sends a statement as a part of what is traced: as what it is, never with its text or its values. */
function traceStatement(span: TraceSpan, statement: unknown, send: () => unknown): Promise<unknown> {
  const text = typeof statement === 'string' ? statement : (statement as { text?: unknown } | null)?.text
  const { name, attributes } = describeStatement(String(text ?? ''))
  const part = span.child(name, { kind: 'client', attributes })
  const sent = send() as Promise<unknown>
  sent.then(
    () => part.end(),
    (error: unknown) => part.end(nameError(error)),
  )
  return sent
}

/** A statement that begins with a comment `prepare NAME` is parsed and planned once for each connection. */
function preparedName(text: string): string | undefined {
  return /^\s*\/\* prepare (\w+) \*\//.exec(text)?.[1]
}

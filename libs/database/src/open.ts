import { CamelCasePlugin, Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'

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
  return new Kysely<Tables>({
    dialect: new PostgresDialect({ pool }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
    log: onQuery ? (event) => onQuery(event.query.sql) : undefined,
  })
}

/** Opens a bare pool with the same treatment of types and of connections that break. */
export function openPool(
  url: string,
  max: number,
  onError: (error: Error) => void = () => undefined,
): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    types: typeParsers,
    connectionTimeoutMillis: 5000,
    Client: OrderlyClient,
  })
  // A connection breaks in whosever hands it is, also between two statements of a transaction; without somebody who listens
  // that would end the process. The pool tells of idle ones a second time.
  pool.on('connect', (client) => client.on('error', onError))
  pool.on('error', () => undefined)
  return pool
}

/** Resolvers of one request share a connection: their queries run one after the other, which pg leaves to its caller. */
class OrderlyClient extends pg.Client {
  #last: Promise<unknown> = Promise.resolve()

  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- one implementation stands for all overloads of pg
  override query(...args: any[]): any {
    const send = super.query.bind(this) as (...all: unknown[]) => unknown
    const submittable = typeof (args[0] as { submit?: unknown } | null)?.submit === 'function'
    if (submittable || typeof args.at(-1) === 'function') return send(...args)
    const sent = this.#last.then(() => send(...args))
    this.#last = sent.catch(() => undefined)
    return sent
  }
}

import assert from 'node:assert/strict'
import { currentSpan, nameError, type TraceSpan } from '@commonchart/telemetry'
import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  sql,
  type DatabaseConnection,
  type QueryResult,
  type RawBuilder,
  type Transaction,
} from 'kysely'
import { DatabaseLost, readCommitError } from './database-lost.ts'

/** Takes a statement that is to be run when the transaction is committed, in one piece with COMMIT; null is none. */
export type RunLast = (statement: RawBuilder<unknown> | null) => void

/**
 * Runs `work` in one transaction that sees and writes the rows of one domain only, whatever its queries say: row-level
 * security reads the domain that is set here; 0 is the platform itself, whose records belong to no customer. Commits when
 * `work` resolves, rolls back and rethrows when it throws. When a statement fails that `runLast` was given, nothing is
 * committed and its error is thrown. Throws `DatabaseLost`, whose stage says whether anything can have been committed.
 *
 * Statements that are begun without waiting for one another leave in one piece, and run in the order in which they were begun.
 */
export async function withDomain<Tables, Result>(
  db: Kysely<Tables>,
  domainId: number,
  work: (trx: Transaction<Tables>, runLast: RunLast) => Promise<Result>,
): Promise<Result> {
  const opened = await openDomainTransaction(db, domainId)
  const last: RawBuilder<unknown>[] = []
  try {
    const runLast: RunLast = (statement) => void (statement && last.push(statement))
    const run = (): Promise<Result> => work(opened.trx, runLast)
    const result = await (opened.span ? opened.span.run(run) : run())
    await opened.close('COMMIT', { last })
    return result
  } catch (error) {
    await opened.close('ROLLBACK', { cause: error })
    throw error
  }
}

/** A transaction that its opener must close. */
export interface DomainTransaction<Tables> {
  trx: Transaction<Tables>
  /** The span of the transaction, when what opened it is traced. It ends with the transaction. */
  span: TraceSpan | undefined
  /**
   * Runs the `last` statements and ends the transaction; a second time does nothing. Throws when it was not committed, with
   * the error of the first statement that failed. A rollback for a `cause` throws nothing.
   */
  close(
    how: 'COMMIT' | 'ROLLBACK',
    options?: { last?: RawBuilder<unknown>[]; cause?: unknown },
  ): Promise<void>
}

/**
 * Opens a transaction bound to one domain, for callers whose work does not fit one function. With `snapshot` all of its
 * statements see the database as it was at the first.
 */
export function openDomainTransaction<Tables>(
  db: Kysely<Tables>,
  domainId: number,
  { readOnly = false, snapshot = false } = {},
): Promise<DomainTransaction<Tables>> {
  assert(Number.isSafeInteger(domainId) && domainId >= 0, 'a domain id is a whole number and not negative')
  const span = currentSpan()?.child(readOnly ? 'read transaction' : 'transaction')
  return new Promise((opened, failed) => {
    const held = db.getExecutor().provideConnection(
      (connection) =>
        new Promise<void>((release) => {
          const trx = share(db, connection)
          // BEGIN and the domain go in one simple query: half the cost of two, and SET LOCAL reaches Citus workers.
          // Nobody waits for it: without it row-level security lets nothing through, and closing throws its error.
          const begun = send(
            `BEGIN${snapshot ? ' ISOLATION LEVEL REPEATABLE READ' : ''}${readOnly ? ' READ ONLY' : ''}; SET LOCAL app.domain_id = '${domainId}'`,
            trx,
          )
          let closed = false
          opened({
            trx,
            span,
            close: async (how, { last = [], cause } = {}) => {
              if (closed) return
              // Before anything is sent: COMMIT follows whatever becomes of those before it on this side of the connection.
              const statements = [...last, sql.raw(how)].map((statement) => statement.compile(trx))
              assert(
                statements.every(({ parameters }) => parameters.every(isPlain)),
                'the last values are plain',
              )
              closed = true
              const sent = statements.map((statement) => trx.executeQuery(statement))
              const answers = await Promise.allSettled([begun, ...sent])
              release()
              await held
              span?.end(cause === undefined ? undefined : nameError(cause))
              if (cause !== undefined) return
              const failed = answers.flatMap((answer) =>
                answer.status === 'rejected' ? [answer.reason as unknown] : [],
              )
              // What Postgres refused, it refused for good; when the connection broke, COMMIT was on its way.
              const refused = failed.find((reason) => !(reason instanceof DatabaseLost))
              if (failed.length > 0)
                throw refused ?? (how === 'COMMIT' ? readCommitError(failed.at(-1)) : failed[0])
              const [ended] = answers.slice(-1) as PromiseFulfilledResult<QueryResult<{ command: string }>>[]
              // Postgres answers the COMMIT of a transaction in which a statement failed by rolling it back.
              if (ended?.value.rows[0]?.command !== how)
                throw new Error('a statement of the transaction had failed, and nothing of it was done')
            },
          })
        }),
    )
    held.catch((error: unknown) => {
      span?.end(nameError(error))
      failed(error)
    })
  })
}

/** Sends a statement at once. Whoever waits for its answer gets its error; otherwise it is not an unhandled one. */
function send<Tables>(text: string, trx: Transaction<Tables>): Promise<QueryResult<unknown>> {
  const answer = sql.raw(text).execute(trx)
  answer.catch(() => undefined)
  return answer
}

/** Tells whether a value is sent as it is, and not as JSON that may turn out not to be writable. */
function isPlain(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isPlain)
  return typeof value !== 'object' || value === null || value instanceof Date || Buffer.isBuffer(value)
}

/** What a database needs beside the connection that it is given: it compiles for PostgreSQL and opens nothing itself. */
const driver = new DummyDriver()
const dialect = {
  createAdapter: () => new PostgresAdapter(),
  createDriver: () => driver,
  createIntrospector: (db: Kysely<never>) => new PostgresIntrospector(db),
  createQueryCompiler: () => new PostgresQueryCompiler(),
}

/** Makes a transaction of a connection. Kysely's own would wait for the answer to one statement before it sends the next. */
function share<Tables>(db: Kysely<Tables>, connection: DatabaseConnection): Transaction<Tables> {
  const executor = db
    .getExecutor()
    .withConnectionProvider({ provideConnection: (consumer) => consumer(connection) })
  return new Kysely<Tables>({ config: { dialect }, dialect, driver, executor }) as Transaction<Tables>
}

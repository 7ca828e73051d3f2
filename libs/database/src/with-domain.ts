import assert from 'node:assert/strict'
import { sql, type Kysely, type Transaction } from 'kysely'
import { readCommitError } from './database-lost.ts'

/**
 * Runs `work` in one transaction that sees and writes the rows of one domain only, whatever its queries say: row-level
 * security reads the domain that is set here; 0 is the platform itself, whose records belong to no customer. Commits when `work` resolves, rolls back and rethrows when it throws.
 * Throws `DatabaseLost`, whose stage says whether anything can have been committed.
 */
export async function withDomain<Tables, Result>(
  db: Kysely<Tables>,
  domainId: number,
  work: (trx: Transaction<Tables>) => Promise<Result>,
): Promise<Result> {
  const opened = await openDomainTransaction(db, domainId)
  try {
    const result = await work(opened.trx)
    await opened.close('COMMIT')
    return result
  } catch (error) {
    await opened.close('ROLLBACK', error)
    throw error
  }
}

/** A transaction that its opener must close. */
export interface DomainTransaction<Tables> {
  trx: Transaction<Tables>
  close(how: 'COMMIT' | 'ROLLBACK', cause?: unknown): Promise<void>
}

/** Opens a transaction bound to one domain, for callers whose work does not fit one function. */
export function openDomainTransaction<Tables>(
  db: Kysely<Tables>,
  domainId: number,
  { readOnly = false } = {},
): Promise<DomainTransaction<Tables>> {
  assert(Number.isSafeInteger(domainId) && domainId >= 0, 'a domain id is a whole number and not negative')
  return new Promise((opened, failed) => {
    const held = db.connection().execute(
      (connection) =>
        new Promise<void>((release, broken) => {
          // BEGIN and the domain go in one simple query: half the cost of two, and SET LOCAL reaches Citus workers.
          sql
            .raw(`BEGIN${readOnly ? ' READ ONLY' : ''}; SET LOCAL app.domain_id = '${domainId}'`)
            .execute(connection)
            .then(() =>
              opened({
                trx: connection as unknown as Transaction<Tables>,
                close: async (how, cause) => {
                  try {
                    await sql.raw(how).execute(connection)
                    release()
                    await held
                  } catch (error) {
                    broken(error)
                    await held.catch(() => undefined)
                    if (how === 'COMMIT') throw readCommitError(error)
                    if (cause === undefined) throw error
                  }
                },
              }),
            )
            .catch(broken)
        }),
    )
    held.catch(failed)
  })
}

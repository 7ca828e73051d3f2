import assert from 'node:assert/strict'
import { inSpan } from '@commonchart/telemetry'
import type { CompiledQuery, Kysely } from 'kysely'
import { withConnection, type OrderlyClient } from './open.ts'

/**
 * Runs statements in one transaction of one domain, as `withDomain` does, but sends all of it at once: one round trip for
 * the whole transaction, for work that is known beforehand. What is prepared is planned once, whatever its values: so it is
 * for statements whose plan does not rest on them. Gives the rows of each, columns as Postgres names them. Throws the first
 * error, and then nothing was done.
 */
export function commitTogether<Tables>(
  db: Kysely<Tables>,
  domainId: number,
  statements: CompiledQuery[],
): Promise<Record<string, unknown>[][]> {
  assert(Number.isSafeInteger(domainId) && domainId >= 0, 'a domain id is a whole number and not negative')
  const send = async (connection: OrderlyClient): Promise<Record<string, unknown>[][]> => {
    const results = await connection.sendTogether([
      {
        text: `BEGIN; SET LOCAL app.domain_id = '${domainId}'; SET LOCAL plan_cache_mode = force_generic_plan`,
      },
      ...statements.map(({ sql, parameters }) => ({ text: sql, values: [...parameters] })),
      { text: 'COMMIT' },
    ])
    const done = results.map((result) => {
      if (result.status === 'rejected') throw result.reason
      return result.value
    })
    // A transaction that failed is rolled back by COMMIT, which is no error of its own.
    assert.equal(done.at(-1)?.command, 'COMMIT')
    return done.slice(1, -1).map(({ rows }) => rows as Record<string, unknown>[])
  }
  return inSpan('transaction', {}, () => withConnection(db, send))
}

import { withDomain } from '@commonchart/database'
import type { Kysely, Transaction } from 'kysely'
import type { Tables } from '../tables.ts'

/**
 * Reads a list of any length batch by batch: each is read when the one before has been taken, in a short transaction of its
 * own. `read` gives what comes after a row, in a fixed order, at most `size`; undefined stands for the beginning.
 */
export async function* readBatches<Row>(
  db: Kysely<Tables>,
  domainId: number,
  size: number,
  read: (trx: Transaction<Tables>, after: Row | undefined, size: number) => Promise<Row[]>,
): AsyncGenerator<Row[]> {
  for (let after: Row | undefined; ;) {
    const rows = await withDomain(db, domainId, (trx) => read(trx, after, size))
    if (rows.length > 0) yield rows
    if (rows.length < size) return
    after = rows.at(-1)
  }
}

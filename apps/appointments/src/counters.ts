import { sql, type Transaction } from 'kysely'
import type { Tables } from './tables.ts'

/** Takes the next id of a counter of the domain: ids that CHR takes as Int. */
export async function takeId(trx: Transaction<Tables>, counter: string): Promise<number> {
  const { rows } = await sql<{ id: number }>`SELECT commonchart.next_id(${counter}) AS id`.execute(trx)
  const id = rows[0]?.id
  if (id === undefined) throw new Error('a counter gives an id')
  return id
}

/**
 * Waits until no other transaction of the domain does what is named, and keeps others waiting until this one ends: the
 * counter's row is locked by counting.
 */
export async function takeTurn(trx: Transaction<Tables>, name: string): Promise<void> {
  await takeId(trx, `turn ${name}`)
}

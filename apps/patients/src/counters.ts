import { sql, type Transaction } from 'kysely'
import type { Tables } from './tables.ts'

/** Takes the next id of a type whose ids CHR takes as Int, counted per domain. */
export async function takeId(trx: Transaction<Tables>, counter: 'contact' | 'facility'): Promise<number> {
  const { rows } = await sql<{ id: number }>`SELECT commonchart.next_id(${counter}) AS id`.execute(trx)
  const id = rows[0]?.id
  if (id === undefined) throw new Error(`the counter ${counter} gave no id`)
  return id
}

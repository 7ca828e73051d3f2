import { sql, type Insertable } from 'kysely'
import type { PatientsChange } from './context.ts'
import type { Template } from './identification-templates.ts'
import type { IdentificationRow } from './tables.ts'

/**
 * Inserts a row with the next number of its template. The counter belongs to the domain and is held until the transaction
 * ends, so no two patients are given one number; numbers that somebody entered by hand are passed over.
 */
export async function insertGenerated(
  { trx }: PatientsChange,
  template: Template,
  createRow: (value: string) => Insertable<IdentificationRow>,
): Promise<void> {
  for (;;) {
    const { rows } = await sql<{
      id: number
    }>`SELECT commonchart.next_id(${`identification:${template.id}`}) AS id`.execute(trx)
    const made = await trx
      .insertInto('identification')
      .values(createRow(String(rows[0]?.id)))
      .onConflict((conflict) => conflict.columns(['domainId', 'templateId', 'valueKey']).doNothing())
      .returning('id')
      .executeTakeFirst()
    if (made) return
  }
}

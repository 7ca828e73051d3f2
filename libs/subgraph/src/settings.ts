import type { BaseTables } from '@commonchart/database'
import type { Transaction } from 'kysely'

/** Finds how a domain has set a switch; null when it never did. */
export async function findSetting<Value>(
  trx: Transaction<BaseTables>,
  domainId: number,
  name: string,
): Promise<Value | null> {
  const row = await trx
    .selectFrom('domainSetting')
    .select('value')
    .where('domainId', '=', domainId)
    .where('name', '=', name)
    .executeTakeFirst()
  return (row?.value ?? null) as Value | null
}

/** Sets a switch of a domain. */
export async function writeSetting(
  trx: Transaction<BaseTables>,
  domainId: number,
  name: string,
  value: unknown,
): Promise<void> {
  const written = { value: JSON.stringify(value) }
  await trx
    .insertInto('domainSetting')
    .values({ domainId, name, ...written })
    .onConflict((conflict) => conflict.columns(['domainId', 'name']).doUpdateSet(written))
    .execute()
}

import type { AppointmentsChange } from './context.ts'
import { changeProvider } from './provider-changes.ts'
import type { ProviderRow } from './tables.ts'

/** A provider has a schedule while some of their work hours, weekly or dated, have not been ended. */
export async function keepHasSchedule(change: AppointmentsChange, provider: ProviderRow): Promise<void> {
  const has = async (table: 'standardWorkHour' | 'flexibleWorkHour') => {
    const found = await change.trx
      .selectFrom(table)
      .select('id')
      .where('domainId', '=', change.domainId)
      .where('providerId', '=', provider.id)
      .where('deactivated', '=', false)
      .limit(1)
      .executeTakeFirst()
    return found !== undefined
  }
  const hasSchedule = (await has('standardWorkHour')) || (await has('flexibleWorkHour'))
  if (hasSchedule === provider.hasSchedule) return
  await changeProvider(change, provider, { hasSchedule })
  provider.hasSchedule = hasSchedule
  provider.version += 1
}

import type { AppointmentsChange } from './context.ts'
import { lockProvider } from './providers.ts'
import type { ProviderRow } from './tables.ts'

/**
 * Makes a function that holds providers as those do who change work hours, which keeps bookings out: each is locked when it is
 * first asked for, and is the same row from then on.
 */
export function createProviderLocks({
  trx,
  domainId,
}: AppointmentsChange): (id: number) => Promise<ProviderRow> {
  const locked = new Map<number, ProviderRow>()
  return async (id) => {
    const provider = locked.get(id) ?? (await lockProvider(trx, domainId, String(id), 'input', 'hours'))
    locked.set(id, provider)
    return provider
  }
}

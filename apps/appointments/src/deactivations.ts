import { expectVersion } from '@commonchart/subgraph'
import type { AppointmentsChange } from './context.ts'
import { changeLocation } from './location-changes.ts'
import { lockLocation } from './locations.ts'
import { changeProvider } from './provider-changes.ts'
import { lockProvider } from './providers.ts'
import { changeService } from './service-changes.ts'
import { lockService } from './services.ts'

/** Names what is to be deactivated. */
interface Known {
  id: string
  expectedVersion?: number | null
}

/** Takes a service out of what is offered; appointments stay as they are. Throws `NOT_FOUND` and `CONFLICT`. */
export async function deactivateService(
  change: AppointmentsChange,
  { id, expectedVersion }: Known,
): Promise<{ id: string }> {
  const row = await lockService(change.trx, change.domainId, id)
  expectVersion(row.version, expectedVersion)
  await changeService(change, row, { deactivated: true })
  return { id: String(row.id) }
}

/** Takes a location out of use; appointments stay as they are. Throws `NOT_FOUND` and `CONFLICT`. */
export async function deactivateLocation(
  change: AppointmentsChange,
  { id, expectedVersion }: Known,
): Promise<{ id: string }> {
  const row = await lockLocation(change.trx, change.domainId, id)
  expectVersion(row.version, expectedVersion)
  await changeLocation(change, row, { deactivated: true })
  return { id: String(row.id) }
}

/** Notes that a provider no longer practises here; appointments stay as they are. Throws `NOT_FOUND` and `CONFLICT`. */
export async function deactivateProvider(
  change: AppointmentsChange,
  { id, expectedVersion }: Known,
): Promise<{ id: string }> {
  const row = await lockProvider(change.trx, change.domainId, id, 'input.id', 'record')
  expectVersion(row.version, expectedVersion)
  await changeProvider(change, row, { deactivated: true })
  return { id: String(row.id) }
}

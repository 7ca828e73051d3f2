import type { AppointmentsChange } from './context.ts'
import type { ExternalId } from './external-ids.ts'
import { readImportReferences } from './import-references.ts'
import { importItems, type ImportResult } from './imports.ts'
import {
  changeOffTime,
  insertOffTime,
  readOffTime,
  type OffTimeInput,
  type OffTimeValues,
} from './off-time-changes.ts'
import { findClinicZone, findOffTimes } from './off-times.ts'
import { createProviderLocks } from './provider-locks.ts'
import type { OffTimeRow } from './tables.ts'

export interface ImportOffTimeItem extends OffTimeInput {
  externalId: ExternalId
  providerId?: string | null
  providerExternalId?: ExternalId | null
}

/**
 * Takes in time that providers are away, on the clock of the main location or of the domain; what is here already stays on the
 * clock on which it was entered. The rows of the providers are held, which keeps bookings out meanwhile.
 */
export async function importProviderOffTimes(
  change: AppointmentsChange,
  items: ImportOffTimeItem[],
): Promise<ImportResult[]> {
  const { trx, domainId } = change
  const references = await readImportReferences(change, {
    provider: items.map((item) => ({ id: item.providerId, externalId: item.providerExternalId })),
    location: [],
    service: [],
  })
  const lock = createProviderLocks(change)
  const zone = await findClinicZone(trx, domainId)
  type Read = { providerId: number; values: OffTimeValues }
  return importItems<ImportOffTimeItem, Read, OffTimeRow>(change, items, {
    type: 'off_time',
    find: (ids) => findOffTimes(trx, domainId, ids.map(Number)),
    read: async (item, path, violations, row) => {
      const provider = references.resolve(
        'provider',
        { id: item.providerId, externalId: item.providerExternalId },
        { id: `${path}.providerId`, externalId: `${path}.providerExternalId` },
        violations,
      )
      if (row && provider && row.providerId !== provider.id)
        violations.add(`${path}.providerId`, 'ANOTHER_PROVIDER', 'Time off stays with its provider.')
      if (provider) await lock(provider.id)
      const values = readOffTime(item, path, violations, { zone: row?.zone ?? zone, row })
      return { providerId: provider?.id ?? 0, values }
    },
    insert: ({ providerId, values }) => insertOffTime(change, providerId, values, 'off_time.imported'),
    change: (row, { values }) => changeOffTime(change, row, values, 'off_time.imported'),
  })
}

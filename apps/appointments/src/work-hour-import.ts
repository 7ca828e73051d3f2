import type { AppointmentsChange } from './context.ts'
import type { ExternalId } from './external-ids.ts'
import { readImportReferences } from './import-references.ts'
import { importItems, type ImportResult } from './imports.ts'
import { lockProvider } from './providers.ts'
import { findRecords } from './records.ts'
import type { ProviderRow } from './tables.ts'
import { changeHours, insertHours } from './hour-changes.ts'
import { weekly } from './work-hour-changes.ts'
import { readWorkHour, type WorkHourInput } from './work-hour-input.ts'
import { judgeOverlap } from './work-hour-overlap.ts'

export interface ImportWorkHourItem extends WorkHourInput {
  externalId: ExternalId
  providerId?: string | null
  providerExternalId?: ExternalId | null
  locationId?: string | null
  locationExternalId?: ExternalId | null
  serviceIds?: string[] | null
  serviceExternalIds?: ExternalId[] | null
}

/** Takes in weekly work hours. The rows of their providers are held, which keeps bookings out meanwhile. */
export async function importStandardWorkHours(
  change: AppointmentsChange,
  items: ImportWorkHourItem[],
): Promise<ImportResult[]> {
  const { trx, domainId } = change
  const references = await readImportReferences(change, {
    provider: items.map((item) => ({ id: item.providerId, externalId: item.providerExternalId })),
    location: items.map((item) => ({ id: item.locationId, externalId: item.locationExternalId })),
    service: items.flatMap(servicesOf).map(({ reference }) => reference),
  })
  const locked = new Map<number, ProviderRow>()
  const lock = async (id: number): Promise<ProviderRow> => {
    const provider = locked.get(id) ?? (await lockProvider(trx, domainId, String(id), 'input', 'hours'))
    locked.set(id, provider)
    return provider
  }
  return importItems(change, items, {
    type: 'standard_work_hour',
    find: (ids) => findRecords(trx, domainId, 'standardWorkHour', ids.map(Number)),
    read: async (item, path, violations, row) => {
      const at = (name: string) => ({ id: `${path}.${name}Id`, externalId: `${path}.${name}ExternalId` })
      const provider = references.resolve(
        'provider',
        { id: item.providerId, externalId: item.providerExternalId },
        at('provider'),
        violations,
      )
      const location = references.resolve(
        'location',
        { id: item.locationId, externalId: item.locationExternalId },
        at('location'),
        violations,
      )
      const services = servicesOf(item).map(({ reference, name }) =>
        references.resolve(
          'service',
          reference,
          { id: `${path}.${name}`, externalId: `${path}.${name}` },
          violations,
        ),
      )
      if (row && provider && row.providerId !== provider.id)
        violations.add(`${path}.providerId`, 'ANOTHER_PROVIDER', 'Work hours stay with their provider.')
      const values = {
        ...readWorkHour(item, path, violations, row),
        ...(location && { locationId: location.id }),
        ...(namesServices(item) && { serviceIds: services.flatMap((service) => service?.id ?? []) }),
      }
      if (provider) {
        await lock(provider.id)
        await judgeOverlap(change, provider.id, { kind: 'standard', values, row }, path, violations)
      }
      return { providerId: provider?.id ?? 0, values }
    },
    insert: async ({ providerId, values }) =>
      insertHours(change, weekly, await lock(providerId), values, 'work_hour.imported'),
    change: async (row, { providerId, values }) =>
      changeHours(change, weekly, await lock(providerId), row, values, 'work_hour.imported'),
  })
}

/** Tells whether an item says which services may be booked; an empty list and null say that every one may. */
function namesServices({ serviceIds, serviceExternalIds }: ImportWorkHourItem): boolean {
  return serviceIds !== undefined || serviceExternalIds !== undefined
}

function servicesOf({ serviceIds, serviceExternalIds }: ImportWorkHourItem) {
  return [
    ...(serviceIds ?? []).map((id, at) => ({ reference: { id }, name: `serviceIds.${at}` })),
    ...(serviceExternalIds ?? []).map((externalId, at) => ({
      reference: { externalId },
      name: `serviceExternalIds.${at}`,
    })),
  ]
}

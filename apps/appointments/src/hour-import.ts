import type { AppointmentsChange } from './context.ts'
import type { ExternalId, ExternalType } from './external-ids.ts'
import { dated } from './flexible-hour-changes.ts'
import type { FlexibleHourInput } from './flexible-hour-input.ts'
import { changeHours, insertHours, type HourKind, type HourRow, type HourValues } from './hour-changes.ts'
import { readImportReferences } from './import-references.ts'
import { importItems, type ImportResult } from './imports.ts'
import { createProviderLocks } from './provider-locks.ts'
import { findRecords } from './records.ts'
import { weekly } from './work-hour-changes.ts'
import type { BookableInput, WorkHourInput } from './work-hour-input.ts'
import { judgeOverlap } from './work-hour-overlap.ts'

type Item<Input> = Input & {
  externalId: ExternalId
  providerId?: string | null
  providerExternalId?: ExternalId | null
  locationId?: string | null
  locationExternalId?: ExternalId | null
  serviceIds?: string[] | null
  serviceExternalIds?: ExternalId[] | null
}

/** Takes in weekly work hours. The rows of their providers are held, which keeps bookings out meanwhile. */
export function importStandardWorkHours(
  change: AppointmentsChange,
  items: Item<WorkHourInput>[],
): Promise<ImportResult[]> {
  return importHours(change, weekly, 'standard_work_hour', items)
}

/** Takes in dated work hours, as `importStandardWorkHours` does weekly ones. */
export function importFlexibleWorkHours(
  change: AppointmentsChange,
  items: Item<FlexibleHourInput>[],
): Promise<ImportResult[]> {
  return importHours(change, dated, 'flexible_work_hour', items)
}

async function importHours<Input extends BookableInput, Row extends HourRow, Values extends HourValues>(
  change: AppointmentsChange,
  kind: HourKind<Input, Row, Values>,
  type: ExternalType,
  items: Item<Input>[],
): Promise<ImportResult[]> {
  const { trx, domainId } = change
  const references = await readImportReferences(change, {
    provider: items.map((item) => ({ id: item.providerId, externalId: item.providerExternalId })),
    location: items.map((item) => ({ id: item.locationId, externalId: item.locationExternalId })),
    service: items.flatMap(servicesOf).map(({ reference }) => reference),
  })
  const lock = createProviderLocks(change)
  return importItems<Item<Input>, { providerId: number; values: Values }, Row>(change, items, {
    type,
    find: async (ids) =>
      (await findRecords(trx, domainId, kind.table, ids.map(Number))) as Map<string, never>,
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
        ...kind.read(item, path, violations, row),
        ...(location && { locationId: location.id }),
        ...(namesServices(item) && { serviceIds: services.flatMap((service) => service?.id ?? []) }),
      }
      if (provider) {
        await lock(provider.id)
        await judgeOverlap(change, provider.id, kind.written(values, row), path, violations)
      }
      return { providerId: provider?.id ?? 0, values }
    },
    insert: async ({ providerId, values }) =>
      insertHours(change, kind, await lock(providerId), values, 'work_hour.imported'),
    change: async (row, { providerId, values }) =>
      changeHours(change, kind, await lock(providerId), row, values, 'work_hour.imported'),
  })
}

/** Tells whether an item says which services may be booked; an empty list and null say that every one may. */
function namesServices({ serviceIds, serviceExternalIds }: Item<object>): boolean {
  return serviceIds !== undefined || serviceExternalIds !== undefined
}

function servicesOf({ serviceIds, serviceExternalIds }: Item<object>) {
  return [
    ...(serviceIds ?? []).map((id, at) => ({ reference: { id }, name: `serviceIds.${at}` })),
    ...(serviceExternalIds ?? []).map((externalId, at) => ({
      reference: { externalId },
      name: `serviceExternalIds.${at}`,
    })),
  ]
}

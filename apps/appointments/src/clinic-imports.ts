import type { AppointmentsChange } from './context.ts'
import type { ExternalId } from './external-ids.ts'
import { importItems, type ImportResult } from './imports.ts'
import {
  changeLocation,
  findDomainZone,
  insertLocation,
  readLocation,
  type LocationInput,
} from './location-changes.ts'
import { findLocations } from './locations.ts'
import {
  changeProvider,
  insertProvider,
  readProvider,
  type ProviderInput,
  type ProviderValues,
} from './provider-changes.ts'
import { findProviders } from './providers.ts'
import {
  changeService,
  insertService,
  readService,
  type ServiceInput,
  type ServiceValues,
} from './service-changes.ts'
import { findServices, type ServiceRecord } from './services.ts'
import type { ProviderRow } from './tables.ts'

type Item<Input> = Input & { externalId: ExternalId }

/** Takes in locations; a new one without a time zone takes that of the domain. */
export async function importLocations(
  change: AppointmentsChange,
  items: Item<LocationInput>[],
): Promise<ImportResult[]> {
  const { trx, domainId } = change
  const domainZone = await findDomainZone(change)
  return importItems(change, items, {
    type: 'location',
    find: (ids) => findLocations(trx, domainId, ids.map(Number)),
    read: (item, path, violations, row) => {
      const zone = item.timezoneIanaName ?? (row ? item.timezoneIanaName : null)
      return readLocation({ ...item, timezoneIanaName: zone }, path, violations, domainZone)
    },
    insert: (values) => insertLocation(change, values, 'location.imported'),
    change: async (row, values) => {
      // Another item of the same import may have taken its being the main one.
      const current = (await findLocations(trx, domainId, [row.id])).get(String(row.id)) ?? row
      return changeLocation(change, current, values, 'location.imported')
    },
  })
}

/** Takes in providers. */
export function importProviders(
  change: AppointmentsChange,
  items: Item<ProviderInput>[],
): Promise<ImportResult[]> {
  const { trx, domainId } = change
  return importItems<Item<ProviderInput>, ProviderValues, ProviderRow>(change, items, {
    type: 'provider',
    find: (ids) => findProviders(trx, domainId, ids.map(Number)),
    read: readProvider,
    insert: (values) => insertProvider(change, values, 'provider.imported'),
    change: (row, values) => changeProvider(change, row, values, 'provider.imported'),
  })
}

/** Takes in services. */
export function importServices(
  change: AppointmentsChange,
  items: Item<ServiceInput>[],
): Promise<ImportResult[]> {
  const { trx, domainId } = change
  return importItems<Item<ServiceInput>, ServiceValues, ServiceRecord>(change, items, {
    type: 'service',
    find: (ids) => findServices(trx, domainId, ids.map(Number)),
    read: readService,
    insert: (values) => insertService(change, values, 'service.imported'),
    change: (row, values) => changeService(change, row, values, 'service.imported'),
  })
}

import { requestedFields } from '@commonchart/subgraph'
import {
  listAvailabilities,
  listNextAvailabilities,
  type Availability,
  type AvailabilityFilters,
} from './availabilities.ts'
import type { Context } from './context.ts'
import { loadLocation } from './locations.ts'
import { loadProvider } from './providers.ts'
import type { Info } from './record-types.ts'

/** The fields that show when a service can be booked. */
export const availabilityQueries = {
  availabilities: async (
    _: unknown,
    args: AvailabilityFilters & { from?: Date | null; to?: Date | null },
    context: Context,
    info: Info,
  ) => show(await listAvailabilities(context, args), context, info),
  nextAvailabilities: async (
    _: unknown,
    args: AvailabilityFilters & { first?: number | null; after?: Date | null; forPatientId?: string | null },
    context: Context,
    info: Info,
  ) => show(await listNextAvailabilities(context, args), context, info),
}

/** Puts providers and locations beside the times. There may be tens of thousands: each is read once, and no field resolves. */
async function show(found: Availability[], context: Context, info: Info) {
  const [providers, locations] = await Promise.all([
    loadEach(found, 'providerId', requestedFields(info, 'provider'), (id, fields) =>
      loadProvider(context, id, fields),
    ),
    loadEach(found, 'locationId', requestedFields(info, 'location'), (id, fields) =>
      loadLocation(context, id, fields),
    ),
  ])
  return found.map(({ providerId, locationId, startAt, untilAt, visitType }) => ({
    ...{ startAt, untilAt, visitType },
    provider: providers.get(providerId),
    location: locations.get(locationId),
  }))
}

async function loadEach<Found>(
  found: Availability[],
  column: 'providerId' | 'locationId',
  fields: Set<string>,
  load: (id: number, fields: Set<string>) => Promise<Found | null>,
): Promise<Map<number, Found | { id: number } | null>> {
  const ids = [...new Set(found.map((each) => each[column]))]
  fields.delete('id')
  const records =
    fields.size === 0 ? ids.map((id) => ({ id })) : await Promise.all(ids.map((id) => load(id, fields)))
  return new Map(ids.map((id, at) => [id, records[at] ?? null]))
}

import type { Violations } from '@commonchart/errors'
import { given, parseIntId } from '@commonchart/subgraph'
import type { AppointmentsChange } from './context.ts'
import { findLocations, findMainLocation } from './locations.ts'
import { MissingReferences } from './references.ts'
import { findServices } from './services.ts'

/** What inputs of single work hours refer to, by id. */
export interface Referring {
  locationId?: string | null
  serviceIds?: string[] | null
}

/** What work hours refer to; without a service, every service may be booked. */
export interface References {
  locationId?: number
  serviceIds?: number[]
}

/** Reads the references of an input; null clears the services. Throws `NOT_FOUND` with the path of each that is not in the domain. */
export async function readReferences(
  { trx, domainId }: AppointmentsChange,
  { locationId, serviceIds }: Referring,
): Promise<References> {
  const missing = new MissingReferences()
  const location = locationId ? parseIntId(locationId) : null
  const locations = await findLocations(trx, domainId, location === null ? [] : [location])
  if (locationId && !locations.has(String(location))) missing.add('input.locationId')
  const ids = (serviceIds ?? []).map(parseIntId)
  const services = await findServices(
    trx,
    domainId,
    ids.filter((id) => id !== null),
  )
  for (const [at, id] of ids.entries()) if (!services.has(String(id))) missing.add(`input.serviceIds.${at}`)
  missing.throwIfAny()
  return given({
    locationId: location ?? undefined,
    serviceIds: serviceIds === undefined ? undefined : [...services.values()].map((service) => service.id),
  })
}

/** The location that new work hours name, else the main one; adds a violation when there is neither. */
export async function getPlace(
  { trx, domainId }: AppointmentsChange,
  { locationId }: References,
  violations: Violations,
): Promise<number | undefined> {
  const found = locationId ?? (await findMainLocation(trx, domainId)) ?? undefined
  if (found === undefined)
    violations.add(
      'input.locationId',
      'REQUIRED',
      'There is no main location, so the location must be named.',
    )
  return found
}

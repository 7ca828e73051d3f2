import type { Violations } from '@commonchart/errors'
import { given, parseIntId, searchKey } from '@commonchart/subgraph'
import type { AppointmentsChange } from './context.ts'
import { comparedLength } from './group-visit-list.ts'
import type { GroupVisitRecord } from './group-visits.ts'
import { readCount, readRequired, readText } from './input-text.ts'
import { findLocations } from './locations.ts'
import type { AppointmentStatus, VisitType } from './names.ts'
import { findProviderLocked, findProviders } from './providers.ts'
import { MissingReferences } from './references.ts'
import { findServices, type ServiceRecord } from './services.ts'
import type { LocationRow, ProviderRow } from './tables.ts'

type Given = string | null

/** The fields of a group visit as an input may give them. */
export interface GroupVisitInput {
  name?: Given
  description?: Given
  startAt?: Date | null
  untilAt?: Date | null
  locationId?: Given
  providerUserIds?: string[] | null
  serviceId?: Given
  status?: AppointmentStatus | null
  visitType?: VisitType | null
  capacity?: number | null
  allowEbooking?: boolean | null
  allowNewPatient?: boolean | null
  allowExistingPatient?: boolean | null
  createdProviderUserId?: Given
  skipValidations?: boolean | null
}

/** What an input says of a visit itself, beside where, when and by whom it is held. */
export function readGroupVisit(input: GroupVisitInput, violations: Violations): Partial<GroupVisitRecord> {
  const required = <Field extends keyof GroupVisitInput>(field: Field) =>
    readRequired(input[field], `input.${field}`, violations)
  const [name, description] = [
    readText(input.name, 'input.name', violations),
    readText(input.description, 'input.description', violations),
  ]
  const { capacity } = input
  if (typeof capacity === 'number') readCount(capacity, [1, 1_000_000], 'input.capacity', violations)
  return given({
    name,
    nameKey: name === undefined ? undefined : keyOf(name ?? ''),
    description,
    descriptionKey: typeof description === 'string' ? keyOf(description) : description,
    status: required('status'),
    visitType: required('visitType'),
    capacity,
    allowEbooking: required('allowEbooking'),
    allowNewPatient: required('allowNewPatient'),
    allowExistingPatient: required('allowExistingPatient'),
  })
}

function keyOf(text: string): string {
  return searchKey(text).slice(0, comparedLength)
}

/** Where and by whom a visit is held. */
export interface VisitSubjects {
  location: LocationRow
  /** In the order in which they were named. */
  leaders: ProviderRow[]
  service: ServiceRecord | null
  createdProviderId: number | null
}

/** The ids of what a visit refers to, as an input or the record has them. */
export interface VisitReferences {
  locationId: string | number
  providerUserIds: (string | number)[]
  serviceId: string | number | null
  createdProviderUserId: string | number | null
}

/**
 * Reads what a visit refers to. The rows of its providers are held, in the order of their ids, so that work hours stay as they
 * are. Throws `NOT_FOUND` with the path of each that is not there.
 */
export async function getVisitSubjects(
  { trx, domainId }: AppointmentsChange,
  wanted: VisitReferences,
): Promise<VisitSubjects> {
  const missing = new MissingReferences()
  const keyOfId = (id: string | number | null) => (id === null ? 0 : (parseIntId(id) ?? 0))
  const ids = [...new Set(wanted.providerUserIds.map(keyOfId))]
  const providers = new Map<number, ProviderRow>()
  for (const id of ids.toSorted((one, other) => one - other)) {
    const provider = await findProviderLocked(trx, domainId, String(id), 'booking')
    if (provider) providers.set(id, provider)
  }
  const [locationId, serviceId, creatorId] = [
    keyOfId(wanted.locationId),
    keyOfId(wanted.serviceId),
    keyOfId(wanted.createdProviderUserId),
  ]
  const location = (await findLocations(trx, domainId, [locationId])).get(String(locationId))
  const service = (await findServices(trx, domainId, [serviceId])).get(String(serviceId)) ?? null
  const creator = (await findProviders(trx, domainId, [creatorId])).get(String(creatorId))
  if (!location) missing.add('input.locationId')
  for (const [at, id] of wanted.providerUserIds.entries())
    if (!providers.has(keyOfId(id))) missing.add(`input.providerUserIds.${at}`)
  if (!service && wanted.serviceId !== null) missing.add('input.serviceId')
  if (!creator && wanted.createdProviderUserId !== null) missing.add('input.createdProviderUserId')
  missing.throwIfAny()
  if (!location) throw new Error('what is missing was refused')
  return {
    ...{ location, service, createdProviderId: creator?.id ?? null },
    leaders: ids.flatMap((id) => providers.get(id) ?? []),
  }
}

/** Adds a violation for each thing that a visit needs and that is out of use. */
export function judgeInUse({ location, leaders, service }: VisitSubjects, violations: Violations): void {
  if (location.deactivated)
    violations.add('input.locationId', 'LOCATION_DEACTIVATED', 'The location is no longer in use.')
  for (const [at, { deactivated }] of leaders.entries())
    if (deactivated)
      violations.add(
        `input.providerUserIds.${at}`,
        'PROVIDER_DEACTIVATED',
        'The provider no longer practises here.',
      )
  if (service?.deactivated)
    violations.add('input.serviceId', 'SERVICE_DEACTIVATED', 'The service is no longer offered.')
}

import { demoContacts, demoFacilities, demoFamilyDoctors, demoPharmacies } from './address-book.ts'
import { createDemoAppointments } from './appointments.ts'
import { seedDemoCareTeams } from './care-teams.ts'
import { seedDemoCatalogue } from './catalogue.ts'
import { demoHours, demoId, demoLocations, demoProviders, demoServices, type DemoProvider } from './clinic.ts'
import { seedDemoDatedHours } from './dated-hours.ts'
import { seedDemoGroups } from './groups.ts'
import { createDemoPatients } from './patients.ts'
import { demoTemplateImports } from './settings.ts'

/** Asks the settings graph of the domain that is to be filled; throws when it refuses. */
export type Ask = (query: string, variables: Record<string, unknown>) => Promise<Record<string, unknown>>

/** How many records of each kind the demo clinic has now. */
export interface SeedCounts {
  locations: number
  providers: number
  services: number
  facilities: number
  contacts: number
  careTeamRoles: number
  patients: number
  appointments: number
}

/** Smaller than what an import takes at once, so that several are under way and both cores have work. */
const batchSize = 100
const concurrency = 4
const weekdayNames = ['SUNDAY', 'MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY']

/** The ids of the demo clinic's records, in the order of its lists. */
export interface SeededClinic {
  locationIds: string[]
  providerIds: string[]
  serviceIds: string[]
  facilityIds: string[]
  contactIds: string[]
  patientIds: string[]
  templateIds: string[]
}

/**
 * Fills a domain with the demo clinic through the import mutations. The records know where they came from, so that doing
 * it again makes none twice and puts those that were changed back. Throws when an item is refused.
 */
export async function seedDemoClinic(ask: Ask, now: Date): Promise<SeedCounts> {
  const clinic = await seedDemoPeople(ask)
  const careTeamRoles = await seedCareTeams(ask, clinic)
  await seedDemoDatedHours(ask, clinic, now)
  await seedDemoGroups(ask, clinic, now)
  return countSeeded(clinic, { careTeamRoles, appointments: await seedDemoAppointments(ask, clinic, now) })
}

/** The care teams of `seedDemoClinic`. Gives how many roles there are. */
export function seedCareTeams(ask: Ask, clinic: SeededClinic): Promise<number> {
  const usualProviders = createDemoPatients(demoProviders.length).map(({ usualProvider }) => usualProvider)
  return seedDemoCareTeams(ask, { ...clinic, usualProviders })
}

/** The first half of `seedDemoClinic`: places, people and services, enough to ask the first questions. */
export async function seedDemoPeople(ask: Ask): Promise<SeededClinic> {
  const [locationIds, providerIds, serviceIds, templateIds, { facilityIds, contactIds }] = await Promise.all([
    importAll(
      ask,
      'Location',
      demoLocations.map(({ key, ...location }, index) => ({
        externalId: demoId(`location-${key}`),
        ...location,
        primary: index === 0,
      })),
    ),
    importAll(
      ask,
      'Provider',
      demoProviders.map(({ key, location: _location, weekdays: _weekdays, ...provider }) => ({
        externalId: demoId(`provider-${key}`),
        ...provider,
        email: `${key.replace('-', '.')}@demo.example`,
      })),
    ),
    importAll(
      ask,
      'Service',
      demoServices.map(({ key, ...service }) => ({ externalId: demoId(`service-${key}`), ...service })),
    ),
    importAll(ask, 'IdentificationTemplate', demoTemplateImports),
    seedAddressBook(ask),
  ])
  const patients = createDemoPatients(demoProviders.length)
  const [patientIds] = await Promise.all([
    importAll(
      ask,
      'Patient',
      patients.map(({ healthCard, usualProvider, ...patient }, index) => ({
        ...patient,
        primaryPractitionerId: providerIds[usualProvider],
        primaryLocationId: locationIds[locationOf(demoProviders[usualProvider])],
        familyPractitionerId: contactIds[demoFamilyDoctors[index % 3] ?? 0],
        preferredPharmacyId: facilityIds[demoPharmacies[locationOf(demoProviders[usualProvider])] ?? 0],
        identifications: [
          { templateId: Number(templateIds[healthCard.template]), value: healthCard.value, primary: true },
        ],
      })),
    ),
    importAll(ask, 'StandardWorkHour', createWorkHours(locationIds, providerIds)),
  ])
  return { locationIds, providerIds, serviceIds, facilityIds, contactIds, patientIds, templateIds }
}

async function seedAddressBook(ask: Ask): Promise<{ facilityIds: string[]; contactIds: string[] }> {
  const facilityIds = await importAll(
    ask,
    'Facility',
    demoFacilities.map(({ key, ...facility }) => ({ externalId: demoId(`facility-${key}`), ...facility })),
  )
  const contactIds = await importAll(
    ask,
    'Contact',
    demoContacts.map(({ key, facility, ...contact }) => ({
      externalId: demoId(`contact-${key}`),
      ...contact,
      facilityId: facilityIds[facility],
    })),
  )
  return { facilityIds, contactIds }
}

/**
 * The second half of `seedDemoClinic`: three months of appointments around a moment, with tags and
 * what they are for. Gives how many they are.
 */
export async function seedDemoAppointments(ask: Ask, clinic: SeededClinic, now: Date): Promise<number> {
  const usualProviders = createDemoPatients(demoProviders.length).map(({ usualProvider }) => usualProvider)
  const appointments = createDemoAppointments(now, usualProviders)
  await importAll(
    ask,
    'Appointment',
    appointments.map(({ patient, provider, location, service, ...appointment }) => ({
      ...appointment,
      patientId: clinic.patientIds[patient],
      providerId: clinic.providerIds[provider],
      locationId: clinic.locationIds[location],
      serviceId: clinic.serviceIds[service],
    })),
  )
  await seedDemoCatalogue(ask, clinic.serviceIds)
  return appointments.length
}

function countSeeded(
  clinic: SeededClinic,
  counts: Pick<SeedCounts, 'careTeamRoles' | 'appointments'>,
): SeedCounts {
  return {
    locations: clinic.locationIds.length,
    providers: clinic.providerIds.length,
    services: clinic.serviceIds.length,
    facilities: clinic.facilityIds.length,
    contacts: clinic.contactIds.length,
    patients: clinic.patientIds.length,
    ...counts,
  }
}

function createWorkHours(locationIds: string[], providerIds: string[]): object[] {
  return demoProviders.flatMap((provider, index) =>
    provider.weekdays.flatMap((weekday) =>
      demoHours.map(({ start, end }) => ({
        externalId: demoId(`hours-${provider.key}-${weekday}-${start}`),
        providerId: providerIds[index],
        locationId: locationIds[locationOf(provider)],
        serviceIds: [],
        weekday: weekdayNames[weekday],
        startAtTime: toClock(start),
        endAtTime: toClock(end),
        visitType: 'PHYSICAL_VISIT',
        interval: 15,
        slot: 1,
      })),
    ),
  )
}

function locationOf(provider: DemoProvider | undefined): number {
  return demoLocations.findIndex(({ key }) => key === provider?.location)
}

function toClock(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
}

interface Result {
  id: string | null
  violations: { path: string; message: string }[]
}

/** Imports items of a type in batches, some at a time, and gives their ids in order. */
async function importAll(ask: Ask, type: string, items: readonly object[]): Promise<string[]> {
  const batches = Array.from({ length: Math.ceil(items.length / batchSize) }, (_, index) =>
    items.slice(index * batchSize, (index + 1) * batchSize),
  )
  const ids: string[][] = []
  let next = 0
  const work = async (): Promise<void> => {
    for (let at = next++; at < batches.length; at = next++)
      ids[at] = await importBatch(ask, type, batches[at] ?? [], at * batchSize)
  }
  await Promise.all(Array.from({ length: concurrency }, work))
  return ids.flat()
}

async function importBatch(
  ask: Ask,
  type: string,
  items: readonly object[],
  offset: number,
): Promise<string[]> {
  const field = `import${type.replace(/y$/, 'ie')}s`
  const document = `mutation SeedDemo($input: [Import${type}Input!]!) {
    ${field}(input: $input) { results { id violations { path message } } }
  }`
  const data = await ask(document, { input: items })
  const { results } = data[field] as { results: Result[] }
  return results.map(({ id, violations }, index) => {
    if (id !== null) return id
    const reasons = violations.map(({ path, message }) => `${path}: ${message}`).join('; ')
    throw new Error(`The demo ${type.toLowerCase()} number ${offset + index + 1} was refused: ${reasons}`)
  })
}

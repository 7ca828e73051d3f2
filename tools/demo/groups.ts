import { dayAfter, toInstant, weekdayOf } from '@commonchart/clinic-time'
import { demoLocations, demoProviders, demoServices } from './clinic.ts'
import type { Ask, SeededClinic } from './seed.ts'

/** The user groups of the demo clinic; members by their keys. */
export const demoUserGroups = [
  {
    ...{ name: 'Family practice', description: 'Whoever is free first.', color: '#2a6fdb' },
    members: ['amara-okafor', 'lucas-tremblay', 'hannah-kowalski'],
  },
  {
    ...{ name: 'The Forks team', description: 'All who see patients in Winnipeg.', color: '#e8590c' },
    members: ['daniel-moose', 'sofia-alvarez', 'omar-haddad'],
  },
] as const

interface DemoGroupVisit {
  name: string
  description: string
  /** Keys of those who lead it; it is where the first of them works. */
  leaders: string[]
  service: string
  day: string
  startTime: string
  endTime: string
  visitType: 'PHYSICAL_VISIT' | 'VIRTUAL_VISIT'
  capacity: number
  attendees: number
}

/** Creates the group visits of the demo clinic in the week after that of a day: evenings, beside all other hours. */
export function createDemoGroupVisits(today: string): DemoGroupVisit[] {
  const monday = dayAfter(today, 7 - ((weekdayOf(today) + 6) % 7))
  return [
    {
      ...{ name: 'Living with diabetes', description: 'Food, feet and figures, with time for questions.' },
      ...{ leaders: ['daniel-moose', 'omar-haddad'], service: 'diabetes', day: dayAfter(monday, 3) },
      ...{ startTime: '18:00', endTime: '19:30', visitType: 'PHYSICAL_VISIT', capacity: 12, attendees: 5 },
    },
    {
      ...{ name: 'Prenatal class', description: 'From the sixth month on; bring whoever will be there.' },
      ...{ leaders: ['priya-sharma'], service: 'prenatal', day: dayAfter(monday, 2) },
      ...{ startTime: '17:30', endTime: '19:00', visitType: 'VIRTUAL_VISIT', capacity: 3, attendees: 3 },
    },
  ]
}

/**
 * Gives the demo clinic its user groups, and group visits with some who attend them, one of whom is to be told. What is there
 * already by its name stays as it is. Gives how many records it made.
 */
export async function seedDemoGroups(ask: Ask, clinic: SeededClinic, now: Date): Promise<number> {
  const there = await readNames(ask, now)
  const providerOf = (key: string) => clinic.providerIds[demoProviders.findIndex((each) => each.key === key)]
  const groups = demoUserGroups.filter(({ name }) => !there.groups.has(name))
  for (const { members, ...group } of groups)
    await ask(
      'mutation SeedDemo($input: CreateUserGroupInput!) { createUserGroup(input: $input) { userGroup { id } } }',
      { input: { ...group, memberIds: members.map(providerOf) } },
    )
  const visits = createDemoGroupVisits(now.toISOString().slice(0, 10))
  let [made, next] = [groups.length, 0]
  for (const visit of visits) {
    const patientIds = clinic.patientIds.slice(next, next + visit.attendees)
    next += visit.attendees
    if (there.visits.has(visit.name)) continue
    await makeVisit(ask, clinic, visit, visit.leaders.map(providerOf), patientIds)
    made += 1 + patientIds.length
  }
  return made
}

async function makeVisit(
  ask: Ask,
  { locationIds, serviceIds }: SeededClinic,
  { leaders, service, day, startTime, endTime, attendees: _, ...visit }: DemoGroupVisit,
  providerUserIds: (string | undefined)[],
  patientIds: readonly string[],
): Promise<void> {
  const place = demoProviders.find(({ key }) => key === leaders[0])?.location
  const location = demoLocations.findIndex(({ key }) => key === place)
  const at = (time: string) => toInstant(`${day}T${time}`, demoLocations[location]?.timezoneIanaName ?? 'UTC')
  const input = {
    ...{ ...visit, providerUserIds, startAt: at(startTime), untilAt: at(endTime) },
    locationId: locationIds[location],
    serviceId: serviceIds[demoServices.findIndex(({ key }) => key === service)],
  }
  const { createGroupVisit } = (await ask(
    'mutation SeedDemo($input: CreateGroupVisitInput!) { createGroupVisit(input: $input) { groupVisit { id } } }',
    { input },
  )) as { createGroupVisit: { groupVisit: { id: string } } }
  const groupVisitId = createGroupVisit.groupVisit.id
  for (const [index, patientId] of patientIds.entries()) {
    const told = index === 0 ? { allowPatientNotification: true, patientNotificationMethod: 'EMAIL' } : {}
    await ask(
      'mutation SeedDemo($input: AddGroupVisitAttendeeInput!) { addGroupVisitAttendee(input: $input) { appointment { id } } }',
      { input: { groupVisitId, patientId, ...told } },
    )
  }
}

/** The names of the user groups, and of the group visits to come, that there are. */
async function readNames(ask: Ask, now: Date): Promise<{ groups: Set<string>; visits: Set<string> }> {
  const { userGroups, groupVisits } = (await ask(
    `query DemoGroups($from: DateTimeWithTimezone) {
      userGroups(includeDeactivated: true) { name }
      groupVisits(allowEbooking: null, includeDeactivated: true, from: $from, first: 100) { nodes { name } }
    }`,
    { from: now },
  )) as { userGroups: { name: string }[]; groupVisits: { nodes: { name: string }[] } }
  const namesOf = (records: { name: string }[]) => new Set(records.map(({ name }) => name))
  return { groups: namesOf(userGroups), visits: namesOf(groupVisits.nodes) }
}

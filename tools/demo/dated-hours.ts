import { dayAfter, weekdayOf } from '@commonchart/clinic-time'
import { demoLocations, demoProviders, demoServices } from './clinic.ts'
import type { Ask, SeededClinic } from './seed.ts'

interface Dated {
  /** The key of the provider. */
  provider: string
  startAtDate: string
  startAtTime: string
  endAtDate: string
  endAtTime: string
}

interface DemoDatedHours extends Dated {
  /** The keys of the services that may be booked; empty for every one. */
  services: string[]
  visitType: 'PHYSICAL_VISIT' | 'VIRTUAL_VISIT'
  slot: number
}

interface DemoOffTime extends Dated {
  memo: string
  color: string
}

/** Creates what the demo clinic's week after that of a day has beside its weekly hours: evenings, a Saturday, an immunization clinic. */
export function createDemoDatedHours(today: string): DemoDatedHours[] {
  const day = dayOfNextWeek(today)
  return [
    {
      ...{ provider: 'amara-okafor', startAtDate: day(0), endAtDate: day(3) },
      ...{ startAtTime: '18:00', endAtTime: '20:00', services: [] },
      ...{ visitType: 'PHYSICAL_VISIT', slot: 1 },
    },
    {
      ...{ provider: 'sofia-alvarez', startAtDate: day(5), endAtDate: day(5) },
      ...{ startAtTime: '10:00', endAtTime: '14:00', services: ['counselling', 'telephone'] },
      ...{ visitType: 'VIRTUAL_VISIT', slot: 1 },
    },
    {
      ...{ provider: 'daniel-moose', startAtDate: day(1), endAtDate: day(2) },
      ...{ startAtTime: '17:30', endAtTime: '20:30', services: ['immunization'] },
      ...{ visitType: 'PHYSICAL_VISIT', slot: 3 },
    },
  ]
}

/** Creates when the demo clinic's providers are away in the weeks after that of a day. */
export function createDemoOffTimes(today: string): DemoOffTime[] {
  const day = dayOfNextWeek(today)
  return [
    {
      ...{ provider: 'hannah-kowalski', startAtDate: day(14), startAtTime: '00:00' },
      ...{ endAtDate: day(21), endAtTime: '00:00', memo: 'Vacation', color: 'GREEN' },
    },
    {
      ...{ provider: 'omar-haddad', startAtDate: day(2), startAtTime: '13:00' },
      ...{ endAtDate: day(2), endAtTime: '17:00', memo: 'Conference', color: 'BLUE' },
    },
    {
      ...{ provider: 'mei-chen', startAtDate: day(4), startAtTime: '09:00' },
      ...{ endAtDate: day(4), endAtTime: '12:00', memo: 'Teaching', color: 'GREY' },
    },
  ]
}

/** The days of the week after that of a day, Monday first. */
function dayOfNextWeek(today: string): (more: number) => string {
  const monday = dayAfter(today, 7 - ((weekdayOf(today) + 6) % 7))
  return (more) => dayAfter(monday, more)
}

/**
 * Gives the demo clinic dated hours and time off in the weeks to come. Providers who have some stay as they are, so that doing
 * it again neither makes any twice nor stands in the way of what was entered since. Gives how many it made.
 */
export async function seedDemoDatedHours(
  ask: Ask,
  { providerIds, locationIds, serviceIds }: SeededClinic,
  now: Date,
): Promise<number> {
  const today = now.toISOString().slice(0, 10)
  const there = await findProvidersWith(ask, providerIds)
  const idOf = (key: string) => providerIds[demoProviders.findIndex((each) => each.key === key)] ?? ''
  const hours = createDemoDatedHours(today).filter(({ provider }) => !there.hours.has(idOf(provider)))
  for (const { provider, services, ...each } of hours) {
    const place = demoProviders.find(({ key }) => key === provider)?.location
    const input = {
      ...{ ...each, providerUserId: idOf(provider) },
      locationId: locationIds[demoLocations.findIndex(({ key }) => key === place)],
      serviceIds: services.map((service) => serviceIds[demoServices.findIndex(({ key }) => key === service)]),
    }
    await ask(
      `mutation SeedDemo($input: CreateFlexibleWorkHourInput!) {
        createFlexibleWorkHour(input: $input) { flexibleWorkHour { id } } }`,
      { input },
    )
  }
  const offTimes = createDemoOffTimes(today).filter(({ provider }) => !there.offTimes.has(idOf(provider)))
  for (const { provider, ...each } of offTimes)
    await ask(
      `mutation SeedDemo($input: CreateProviderOffTimeInput!) {
        createProviderOffTime(input: $input) { offTime { id } } }`,
      { input: { ...each, providerUserId: idOf(provider) } },
    )
  return hours.length + offTimes.length
}

interface FoundSchedule {
  schedule: Record<'flexibleWorkHours' | 'offtime', { nodes: unknown[] }> | null
}

/** Finds which of some providers have dated hours, and which have time off. */
async function findProvidersWith(
  ask: Ask,
  providerIds: string[],
): Promise<{ hours: Set<string>; offTimes: Set<string> }> {
  const list = '(first: 1) { nodes { id } }'
  const found = await ask(
    `query DemoSchedules(${providerIds.map((_, at) => `$p${at}: ID!`).join(', ')}) {
      ${providerIds
        .map(
          (_, at) => `p${at}: provider(id: $p${at}) { schedule { flexibleWorkHours${list} offtime${list} } }`,
        )
        .join('\n')}
    }`,
    Object.fromEntries(providerIds.map((id, at) => [`p${at}`, id])),
  )
  const having = (name: 'flexibleWorkHours' | 'offtime') =>
    new Set(
      providerIds.filter((_, at) => {
        const provider = found[`p${at}`] as FoundSchedule | null
        return (provider?.schedule?.[name].nodes.length ?? 0) > 0
      }),
    )
  return { hours: having('flexibleWorkHours'), offTimes: having('offtime') }
}

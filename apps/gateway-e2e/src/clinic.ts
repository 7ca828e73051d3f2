import { perform, type Payload } from './mutations.ts'
import type { StackDomain } from './stack-domains.ts'

/** A small clinic: what is needed to book. */
export interface Clinic {
  locationId: string
  providerId: string
  serviceId: string
}

/** Runs a mutation of the settings graph that takes `input`, and gives its payload; fails with the whole answer. */
export function change(
  domain: StackDomain,
  mutation: string,
  input: object | object[],
  selection: string,
): Promise<Payload> {
  return perform((query, variables) => domain.askSettings(query, variables), mutation, input, selection)
}

/** Creates a location, a provider who works there every day from 8 to 18 o'clock, and a service. */
export async function createClinic(domain: StackDomain, { slot = 1, name = 'Main' } = {}): Promise<Clinic> {
  const { location } = await change(
    domain,
    'createLocation',
    { name, timezoneIanaName: domain.zone },
    'location { id }',
  )
  const { provider } = await change(
    domain,
    'createProvider',
    { firstName: 'Paula', lastName: 'Provider', email: 'paula@example.test' },
    'provider { id }',
  )
  const { service } = await change(
    domain,
    'createService',
    { name: 'Visit', slotLength: 30 },
    'service { id }',
  )
  for (const weekday of ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'])
    await change(
      domain,
      'createStandardWorkHour',
      {
        providerUserId: provider.id,
        locationId: location.id,
        serviceIds: [service.id],
        weekday,
        startAtTime: '08:00',
        endAtTime: '18:00',
        visitType: 'PHYSICAL_VISIT',
        slot,
      },
      'standardWorkHour { id }',
    )
  return {
    locationId: location.id as string,
    providerId: provider.id as string,
    serviceId: service.id as string,
  }
}

import { toInstant } from '@commonchart/clinic-time'
import { createIdentity, createSupportIdentity } from '@commonchart/testing'
import type { Answer, TestSubgraph } from './test-subgraph.ts'

/** The ids of a small clinic in one domain. */
export interface TestClinic {
  domainId: number
  zone: string
  locationId: string
  providerId: string
  serviceId: string
  otherServiceId: string
  patientId: string
}

/** Every weekday from 09:00 to 17:00: what `capacity` patients at once may book for the first service. */
export async function openTestClinic(
  test: TestSubgraph,
  domainId: number,
  capacity = 1,
): Promise<TestClinic> {
  const support = createSupportIdentity({ domainId })
  const make = async (name: string, type: string, record: string, input: object): Promise<Answer['data']> => {
    const fields = record === 'location' ? 'id timezoneIanaName' : 'id'
    const query = `mutation ($input: ${type}!) { ${name}(input: $input) { ${record} { ${fields} } } }`
    return (await test.get(support, query, { input }))[name][record]
  }
  const location = await make('createLocation', 'CreateLocationInput', 'location', {
    name: 'Main',
    primary: true,
  })
  const provider = await make('createProvider', 'CreateProviderInput', 'provider', {
    ...{ firstName: 'Ada', lastName: `Byron ${domainId}`, email: 'ada@clinic.test' },
  })
  const service = await make('createService', 'CreateServiceInput', 'service', {
    name: 'Visit',
    slotLength: 30,
  })
  const other = await make('createService', 'CreateServiceInput', 'service', {
    name: 'Surgery',
    slotLength: 60,
  })
  for (const weekday of ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'])
    await make('createStandardWorkHour', 'CreateStandardWorkHourInput', 'standardWorkHour', {
      ...{ providerUserId: provider.id, serviceIds: [service.id], weekday, slot: capacity },
      ...{ startAtTime: '09:00', endAtTime: '17:00', visitType: 'PHYSICAL_VISIT' },
    })
  const patientId = `${domainId}00`
  test.patients?.set(`${domainId}/${patientId}`, {
    id: patientId,
    state: 'ACTIVE',
    mergedInto: null,
    version: 1,
  })
  return {
    ...{ domainId, zone: location.timezoneIanaName, locationId: location.id, providerId: provider.id },
    ...{ serviceId: service.id, otherServiceId: other.id, patientId },
  }
}

/** A day on which tests book, far enough ahead: `days` after 2030-05-06, a Monday. */
export function dayAhead(days: number): string {
  return new Date(Date.UTC(2030, 4, 6 + days)).toISOString().slice(0, 10)
}

/** The input of a booking of half an hour at a time on the clock of the clinic. */
export function bookingInput(clinic: TestClinic, day: string, time: string, more: object = {}) {
  const startAt = toInstant(`${day}T${time}`, clinic.zone)
  const untilAt = new Date(startAt.getTime() + 30 * 60_000)
  const { locationId, providerId, serviceId, patientId } = clinic
  return { locationId, providerId, serviceId, patientId, startAt, untilAt, ...more }
}

export const createAppointmentMutation = `
  mutation ($input: CreateAppointmentInput!, $options: CreateAppointmentOptions) {
    createAppointment(input: $input, options: $options) {
      id date startAt untilAt status visitType note reason checkedInAt deactivated overbooked version createdAt updatedAt
      patient { id } location { id name } provider { id fullName } service { id name }
    }
  }`

/** Books as a consumer of the clinic's domain; `more` goes into the input. */
export function book(
  test: TestSubgraph,
  clinic: TestClinic,
  day: string,
  time: string,
  more: object = {},
  options?: object,
): Promise<Answer> {
  const identity = createIdentity({ domainId: clinic.domainId })
  return test.ask(identity, createAppointmentMutation, {
    input: bookingInput(clinic, day, time, more),
    options,
  })
}

/** Changes an appointment as a consumer of the clinic's domain. */
export function change(test: TestSubgraph, clinic: TestClinic, input: object): Promise<Answer> {
  return test.ask(
    createIdentity({ domainId: clinic.domainId }),
    `mutation ($input: UpdateAppointmentInput!) {
      updateAppointment(input: $input) {
        clientMutationId
        appointment { id date startAt untilAt status visitType note reason checkedInAt overbooked version
          provider { id } location { id } service { id } }
      }
    }`,
    { input },
  )
}

/** The code of the first error, or `accepted`. */
export function codeOf({ errors }: Answer): string {
  return errors ? String(errors[0]?.extensions.code) : 'accepted'
}

/** The rules that the first error says are broken. */
export function rulesOf({ errors }: Answer): string[] {
  const violations = (errors?.[0]?.extensions.violations ?? []) as { path: string; rule: string }[]
  return violations.map(({ path, rule }) => `${path} ${rule}`)
}

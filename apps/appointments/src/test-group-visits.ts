import assert from 'node:assert/strict'
import { createIdentity, createSupportIdentity } from '@commonchart/testing'
import { bookingInput, type TestClinic } from './test-clinic.ts'
import type { Answer, TestSubgraph } from './test-subgraph.ts'

/** What tests look at of a group visit. */
export const visitFields = `id name description startAt untilAt status visitType capacity availableSlots occupiedSlotsCount
  fullyBooked allowEbooking allowNewPatient allowExistingPatient deactivated version location { id } service { id }
  providerUsers { id } createdProviderUser { id } appointments { id status patient { id } }`

const appointmentFields = `id startAt untilAt status reason visitType overbooked version checkedInAt
  patient { id } provider { id } location { id } service { id } groupVisit { id occupiedSlotsCount }`

/** Group visits of one clinic, as its support account and its programs see them. */
export interface TestGroupVisits {
  /** The input of a visit of an hour, led by the provider of the clinic. */
  input(day: string, time: string, more?: object): Record<string, unknown>
  create(day: string, time: string, more?: object): Promise<Answer>
  createId(day: string, time: string, more?: object): Promise<string>
  update(input: object): Promise<Answer>
  deactivate(input: object): Promise<Answer>
  add(groupVisitId: string, patientId: string, more?: object): Promise<Answer>
  addId(groupVisitId: string, patientId: string, more?: object): Promise<string>
  remove(groupVisitId: string, patientId: string, more?: object): Promise<Answer>
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the shape is what each test asserts
  read(id: string): Promise<any>
  /** Makes patients known to the patients subgraph, and gives their ids. */
  patients(count: number): string[]
}

let patients = 0

export function openGroupVisits(subgraph: TestSubgraph, clinic: TestClinic): TestGroupVisits {
  const { domainId } = clinic
  const [support, program] = [createSupportIdentity({ domainId }), createIdentity({ domainId })]
  const run = (identity: typeof support, mutation: string, selection: string, input: object) =>
    subgraph.ask(
      identity,
      `mutation ($input: ${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input!) {
        ${mutation}(input: $input) { clientMutationId ${selection} } }`,
      { input },
    )
  const test: TestGroupVisits = {
    input(day, time, more = {}) {
      const { startAt, locationId, providerId, serviceId } = bookingInput(clinic, day, time)
      const untilAt = new Date(startAt.getTime() + 60 * 60_000)
      return { startAt, untilAt, locationId, serviceId, providerUserIds: [providerId], ...more }
    },
    create: (day, time, more) =>
      run(support, 'createGroupVisit', `groupVisit { ${visitFields} }`, test.input(day, time, more)),
    async createId(day, time, more) {
      const { data, errors } = await test.create(day, time, more)
      assert.equal(errors, undefined, JSON.stringify(errors))
      return data.createGroupVisit.groupVisit.id as string
    },
    update: (input) => run(support, 'updateGroupVisit', `groupVisit { ${visitFields} }`, input),
    deactivate: (input) => run(support, 'deactivateGroupVisit', `groupVisit { ${visitFields} }`, input),
    add: (groupVisitId, patientId, more = {}) =>
      run(program, 'addGroupVisitAttendee', `appointment { ${appointmentFields} }`, {
        ...{ groupVisitId, patientId },
        ...more,
      }),
    async addId(groupVisitId, patientId, more) {
      const { data, errors } = await test.add(groupVisitId, patientId, more)
      assert.equal(errors, undefined, JSON.stringify(errors))
      return data.addGroupVisitAttendee.appointment.id as string
    },
    remove: (groupVisitId, patientId, more = {}) =>
      run(program, 'removeGroupVisitAttendee', `appointments { ${appointmentFields} }`, {
        ...{ groupVisitId, patientId },
        ...more,
      }),
    read: async (id) =>
      (await subgraph.get(program, `{ groupVisit(id: "${id}") { ${visitFields} } }`)).groupVisit,
    patients: (count) =>
      Array.from({ length: count }, () => {
        const id = `7${(patients += 1)}`
        subgraph.patients?.set(`${domainId}/${id}`, { id, state: 'ACTIVE', mergedInto: null, version: 1 })
        return id
      }),
  }
  return test
}

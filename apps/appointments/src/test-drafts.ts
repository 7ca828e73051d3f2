import { createIdentity } from '@commonchart/testing'
import { bookingInput, type TestClinic } from './test-clinic.ts'
import type { Answer, TestSubgraph } from './test-subgraph.ts'

const fields = `id startAt untilAt expiresAt version createdAt updatedAt location { id } provider { id } service { id }
  createdBy { __typename ... on EnterpriseApiConsumer { id } ... on InternalApiConsumer { id name } }`

/** The slot of half an hour that a draft is to hold. */
export function slotInput(clinic: TestClinic, day: string, time: string, more: object = {}) {
  const { patientId: _, ...slot } = bookingInput(clinic, day, time)
  return { ...slot, ...more }
}

/** Sends a mutation of drafts as a consumer of the clinic's domain, or as somebody else. */
export function send(
  test: TestSubgraph,
  clinic: TestClinic,
  name: 'create' | 'update' | 'delete' | 'convert',
  input: object,
  identity = createIdentity({ domainId: clinic.domainId }),
): Promise<Answer> {
  const type = name.charAt(0).toUpperCase() + name.slice(1)
  const answers = {
    create: `draftAppointment { ${fields} }`,
    update: `draftAppointment { ${fields} }`,
    delete: 'deletedDraftAppointmentId',
    convert:
      'convertedDraftAppointmentId appointment { id startAt status note reason visitType overbooked patient { id } service { id } }',
  }
  return test.ask(
    identity,
    `mutation ($input: ${type}DraftAppointmentInput!) {
      ${name}DraftAppointment(input: $input) { clientMutationId ${answers[name]} } }`,
    { input },
  )
}

/** Holds a slot and gives the draft. */
export async function hold(
  test: TestSubgraph,
  clinic: TestClinic,
  day: string,
  time: string,
  identity = createIdentity({ domainId: clinic.domainId }),
): Promise<{ id: string; expiresAt: string; version: number } & Record<string, unknown>> {
  const { data, errors } = await send(test, clinic, 'create', slotInput(clinic, day, time), identity)
  if (errors) throw new Error(JSON.stringify(errors))
  return data.createDraftAppointment.draftAppointment
}

/** Lets a draft have expired a moment ago, with its slot not yet freed. */
export async function expire(test: TestSubgraph, domainId: number, id: string, ago = '1 second') {
  await test.admin(
    `UPDATE draft_appointment SET expires_at = now() - interval '${ago}' WHERE domain_id = ${domainId} AND id = ${id}`,
  )
}

/** The ids of the drafts that the list shows. */
export async function listed(test: TestSubgraph, domainId: number, args = ''): Promise<string[]> {
  const data = await test.get(createIdentity({ domainId }), `{ draftAppointments${args} { nodes { id } } }`)
  return data.draftAppointments.nodes.map(({ id }: { id: string }) => id)
}

import assert from 'node:assert/strict'
import { seedCareTeams, seedDemoPeople } from '@commonchart/tools/demo-clinic'
import { seedDemoCatalogue } from '@commonchart/tools/demo-catalogue'
import { seedDemoSettings } from '@commonchart/tools/demo'
import { change } from '../clinic.ts'
import type { StackDomain } from '../stack-domains.ts'

/**
 * Fills a domain with the demo clinic without its three months of appointments, and with what some examples need beside.
 * Gives what examples refer to and no example makes.
 */
export async function seedForExamples(domain: StackDomain): Promise<Record<string, unknown>> {
  const ask = async (query: string, variables: object): Promise<Record<string, unknown>> => {
    const { body, text } = await domain.askSettings(query, variables)
    assert.equal(body.errors, undefined, text)
    return body.data as Record<string, unknown>
  }
  const clinic = await seedDemoPeople(ask)
  await seedDemoSettings(ask, clinic.templateIds)
  await seedCareTeams(ask, clinic)
  await seedDemoCatalogue(ask, clinic.serviceIds)
  const [locationId] = clinic.locationIds
  const [serviceId] = clinic.serviceIds
  const providerId = clinic.providerIds[1]
  await change(
    domain,
    'createUserGroup',
    {
      name: 'Harbour Street family team',
      description: 'The family doctors of the clinic by the harbour.',
      memberIds: clinic.providerIds.slice(0, 2),
    },
    'userGroup { id }',
  )
  await change(
    domain,
    'createGroupVisit',
    {
      ...{ name: 'Living with diabetes', capacity: 8, locationId, providerUserIds: [providerId] },
      ...{
        startAt: '2031-06-09T13:00:00-04:00',
        untilAt: '2031-06-09T14:00:00-04:00',
        skipValidations: true,
      },
    },
    'groupVisit { id }',
  )
  const virtualVisitUrl = 'https://visits.demo.example/{appointmentId}?code={accessCode}'
  await change(domain, 'setVirtualVisitUrl', { virtualVisitUrl }, 'virtualVisitUrl')
  const booking = { providerId, locationId, serviceId }
  const { createAppointment: virtualVisit } = await ask(
    'mutation ($input: CreateAppointmentInput!) { createAppointment(input: $input) { id } }',
    {
      input: {
        ...{ ...booking, patientId: clinic.patientIds[0], visitType: 'VIRTUAL_VISIT', skipValidations: true },
        ...{ startAt: '2031-06-10T10:00:00-04:00', untilAt: '2031-06-10T10:15:00-04:00' },
      },
    },
  )
  const held = { startAt: '2031-06-11T10:00:00-04:00', untilAt: '2031-06-11T10:15:00-04:00' }
  const { body, text } = await domain.ask(
    `mutation ($input: CreateDraftAppointmentInput!) {
      createDraftAppointment(input: $input) { draftAppointment { id } }
    }`,
    { input: { ...booking, ...held } },
  )
  assert.equal(body.errors, undefined, text)
  return { virtualVisit, spareDraft: body.data?.createDraftAppointment.draftAppointment }
}

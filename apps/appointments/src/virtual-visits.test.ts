import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createIdentity, createSupportIdentity } from '@commonchart/testing'
import { book, change, codeOf, dayAhead, openTestClinic, rulesOf, type TestClinic } from './test-clinic.ts'
import { openGroupVisits } from './test-group-visits.ts'
import { openTestSubgraph, type Answer, type TestSubgraph } from './test-subgraph.ts'

let subgraph: TestSubgraph
let clinic: TestClinic
before(async () => {
  subgraph = await openTestSubgraph()
  clinic = await openTestClinic(subgraph, 1, 20)
})
after(() => subgraph.close())

const support = createSupportIdentity()
const template = 'https://visits.example/{appointmentId}?code={accessCode}'

function setUrl(virtualVisitUrl: string | null, identity = support): Promise<Answer> {
  return subgraph.ask(
    identity,
    `mutation ($input: SetVirtualVisitUrlInput!) {
      setVirtualVisitUrl(input: $input) { clientMutationId virtualVisitUrl } }`,
    { input: { virtualVisitUrl, clientMutationId: 'c' } },
  )
}

async function linkOf(args: string, domainId = 1) {
  const { virtualVisitLink } = await subgraph.get(
    createIdentity({ domainId }),
    `{ virtualVisitLink(${args}) { accessCode url appointment { id patient { id } } } }`,
  )
  return virtualVisitLink as { accessCode: string; url: string; appointment: object } | null
}

async function booked(time: string, more: object = {}): Promise<string> {
  const { data } = await book(subgraph, clinic, dayAhead(0), time, { skipValidations: true, ...more })
  return data.createAppointment.id as string
}

const virtual = { visitType: 'VIRTUAL_VISIT' }

test('without a template of the domain there are no links', async () => {
  const id = await booked('09:00', virtual)
  assert.equal(await linkOf(`id: "${id}"`), null)
})

test('a virtual appointment has a link with its own access code, under either argument', async () => {
  await setUrl(template)
  const [one, other] = [await booked('09:00', virtual), await booked('09:00', virtual)]
  const link = await linkOf(`id: "${one}"`)
  assert.match(link?.accessCode ?? '', /^[\w-]{22}$/)
  assert.deepEqual(link, {
    accessCode: link?.accessCode,
    url: `https://visits.example/${one}?code=${link?.accessCode}`,
    appointment: { id: one, patient: { id: clinic.patientId } },
  })
  assert.deepEqual(await linkOf(`appointmentId: "${one}"`), link)
  assert.deepEqual(await linkOf(`appointmentId: "${one}", id: "${one}"`), link)
  assert.equal(await linkOf(`appointmentId: "${one}", id: "${other}"`), null)
  assert.notEqual((await linkOf(`id: "${other}"`))?.accessCode, link?.accessCode)
})

test('one that becomes virtual gets a link and keeps its code, and one that is physical has none', async () => {
  await setUrl(template)
  const id = await booked('10:00')
  assert.equal(await linkOf(`id: "${id}"`), null)
  const to = (visitType: string) => change(subgraph, clinic, { id, visitType, skipValidations: true })
  await to('VIRTUAL_VISIT')
  const link = await linkOf(`id: "${id}"`)
  assert.ok(link)
  await to('PHYSICAL_VISIT')
  assert.equal(await linkOf(`id: "${id}"`), null)
  await to('VIRTUAL_VISIT')
  assert.deepEqual(await linkOf(`id: "${id}"`), link)
})

test('an imported virtual appointment has a link, also when it became virtual by a later import', async () => {
  await setUrl(template)
  const importOne = async (visitType: string) => {
    const { importAppointments } = await subgraph.get(
      support,
      'mutation ($input: [ImportAppointmentInput!]!) { importAppointments(input: $input) { results { id outcome } } }',
      {
        input: [
          {
            externalId: { system: 'urn:old', value: '1' },
            ...{ patientId: clinic.patientId, providerId: clinic.providerId, serviceId: clinic.serviceId },
            ...{ locationId: clinic.locationId, status: 'BOOKED', visitType },
            ...{ startAt: `${dayAhead(1)}T20:00:00Z`, untilAt: `${dayAhead(1)}T20:30:00Z` },
          },
        ],
      },
    )
    return importAppointments.results[0].id as string
  }
  const id = await importOne('PHYSICAL_VISIT')
  assert.equal(await linkOf(`id: "${id}"`), null)
  await importOne('VIRTUAL_VISIT')
  assert.ok(await linkOf(`id: "${id}"`))
})

test('each attendee of a virtual group visit has a link of their own, also when it became virtual', async () => {
  await setUrl(template)
  const visits = openGroupVisits(subgraph, clinic)
  const id = await visits.createId(dayAhead(2), '09:00', virtual)
  const [one = '', other = ''] = visits.patients(2)
  const links = [
    await linkOf(`id: "${await visits.addId(id, one)}"`),
    await linkOf(`id: "${await visits.addId(id, other)}"`),
  ]
  assert.equal(new Set(links.map((link) => link?.accessCode)).size, 2)
  const physical = await visits.createId(dayAhead(2), '11:00')
  const appointment = await visits.addId(physical, one)
  assert.equal(await linkOf(`id: "${appointment}"`), null)
  await visits.update({ id: physical, ...virtual })
  assert.ok(await linkOf(`id: "${appointment}"`))
})

const templates: [template: string, fits: boolean][] = [
  [template, true],
  ['https://visits.example:8443/a/{accessCode}/{appointmentId}#{accessCode}', true],
  ['http://visits.example/{appointmentId}?code={accessCode}', false],
  ['javascript:{appointmentId}{accessCode}', false],
  ['https://visits.example/{appointmentId}', false],
  ['https://visits.example/{accessCode}', false],
  ['https://{accessCode}.visits.example/{appointmentId}', false],
  ['https://visits.example:1{appointmentId}/{accessCode}', false],
  ['https://user:secret@visits.example/{appointmentId}?code={accessCode}', false],
  ['https://visits.example/ {appointmentId}?code={accessCode}', false],
  ['{appointmentId}{accessCode}', false],
]
for (const [given, fits] of templates)
  test(`the template ${given} is ${fits ? 'taken' : 'refused'}`, async () => {
    const answer = await setUrl(given)
    if (fits)
      assert.deepEqual(answer.data.setVirtualVisitUrl, { clientMutationId: 'c', virtualVisitUrl: given })
    else assert.deepEqual(rulesOf(answer), ['input.virtualVisitUrl URL_TEMPLATE'])
  })

test('the template is cleared by null, and its change is on the audit log', async () => {
  await setUrl(template)
  assert.equal((await setUrl(null)).data.setVirtualVisitUrl.virtualVisitUrl, null)
  const { virtualVisitUrl } = await subgraph.get(support, '{ virtualVisitUrl }')
  assert.equal(virtualVisitUrl, null)
  const rows = await subgraph.inDomain(1, (trx) =>
    trx
      .selectFrom('auditEvent')
      .select(['before', 'recordType'])
      .where('action', '=', 'setting.updated')
      .orderBy('id')
      .execute(),
  )
  assert.deepEqual(rows.at(-1), { before: { virtualVisitUrl: template }, recordType: 'AppointmentSetting' })
})

test('only the support account sets the template, and only people read it', async () => {
  assert.equal(codeOf(await setUrl(template, createIdentity())), 'FORBIDDEN')
  assert.equal(codeOf(await setUrl(template, createSupportIdentity({ role: 'auditor' }))), 'FORBIDDEN')
  const asked = (identity: typeof support) => subgraph.ask(identity, '{ virtualVisitUrl }')
  assert.equal(codeOf(await asked(createIdentity())), 'FORBIDDEN')
  assert.equal(codeOf(await asked(createSupportIdentity({ role: 'auditor' }))), 'accepted')
})

test('no other domain has the link or the template, and access codes are on no audit event', async () => {
  await setUrl(template)
  const id = await booked('11:00', virtual)
  const link = await linkOf(`id: "${id}"`)
  assert.ok(link)
  await setUrl('https://other.example/{appointmentId}/{accessCode}', createSupportIdentity({ domainId: 2 }))
  assert.equal(await linkOf(`id: "${id}"`, 2), null)
  const { virtualVisitUrl } = await subgraph.get(support, '{ virtualVisitUrl }')
  assert.equal(virtualVisitUrl, template)
  const { rows } = await subgraph.admin<{ found: string }>(
    `SELECT count(*) AS found FROM audit_event WHERE audit_event::text LIKE '%${link.accessCode}%'`,
  )
  assert.equal(rows[0]?.found, '0')
})

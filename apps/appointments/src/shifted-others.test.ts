import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createIdentity, createSupportIdentity } from '@commonchart/testing'
import { sql } from 'kysely'
import { book, bookingInput, codeOf, dayAhead, openTestClinic, type TestClinic } from './test-clinic.ts'
import { hold, send } from './test-drafts.ts'
import { openGroupVisits, type TestGroupVisits } from './test-group-visits.ts'
import { openTestSubgraph, type TestSubgraph } from './test-subgraph.ts'

let subgraph: TestSubgraph
let clinic: TestClinic
let visits: TestGroupVisits
before(async () => {
  subgraph = await openTestSubgraph()
  clinic = await openTestClinic(subgraph, 1)
  visits = openGroupVisits(subgraph, clinic)
})
after(() => subgraph.close())

const support = createSupportIdentity()
const selection = `nodes { appointment { id } overbooked }
  others { kind recordId wallTime zone previousStartAt previousUntilAt startAt untilAt overbooked }`

interface Shifted {
  nodes: { appointment: { id: string }; overbooked: boolean }[]
  others: { kind: string; recordId: string; previousStartAt: string; startAt: string; overbooked: boolean }[]
}

const list = async (args = ''): Promise<Shifted> =>
  (await subgraph.get(support, `{ shiftedAppointmentTimes${args} { ${selection} } }`)).shiftedAppointmentTimes
const apply = async (): Promise<Shifted> =>
  (
    await subgraph.get(
      support,
      `mutation { reresolveAppointmentTimes(input: {}) { shifted { ${selection} } } }`,
    )
  ).reresolveAppointmentTimes.shifted

/** What is told, in short: its kind and id, and whether it went over the capacity. */
const told = ({ nodes, others }: Shifted) => [
  ...nodes.map(({ appointment, overbooked }) => `APPOINTMENT ${appointment.id} ${overbooked}`),
  ...others.map(({ kind, recordId, overbooked }) => `${kind} ${recordId} ${overbooked}`),
]

type Kind = 'appointment' | 'draft_appointment' | 'group_visit' | 'off_time'

/** Leaves a record as an older release of the zone data would have: an hour too early for the time on its wall. */
async function shift(kind: Kind, id: string): Promise<void> {
  const early = "starts_at = starts_at - interval '1 hour', ends_at = ends_at - interval '1 hour'"
  const holder = kind === 'draft_appointment' ? 'draft' : kind
  await subgraph.admin(`
    UPDATE ${kind} SET ${early} WHERE domain_id = 1 AND id = ${id};
    ${kind === 'group_visit' ? `UPDATE group_visit_provider SET ${early} WHERE domain_id = 1 AND group_visit_id = ${id};` : ''}
    UPDATE appointment SET ${early} WHERE domain_id = 1 AND group_visit_id = ${kind === 'group_visit' ? id : 0};
    UPDATE time_claim SET during = tstzrange(lower(during) - interval '1 hour', upper(during) - interval '1 hour')
    WHERE domain_id = 1 AND holder_kind = '${holder}' AND holder_id = ${id}`)
}

/** From when on each provider's time is claimed for a holder. */
async function claimsOf(holder: string, id: string): Promise<[string, string][]> {
  return subgraph.inDomain(1, async (trx) => {
    const { rows } = await sql<{ resource: string; at: Date }>`
      SELECT resource, lower(during) AS at FROM time_claim WHERE holder_kind = ${holder} AND holder_id = ${id} ORDER BY 1`.execute(
      trx,
    )
    return rows.map(({ resource, at }) => [resource, at.toISOString()])
  })
}

async function lastAudit(recordType: string, recordId: string) {
  const row = await subgraph.inDomain(1, (trx) =>
    trx
      .selectFrom('auditEvent')
      .selectAll()
      .where('recordType', '=', recordType)
      .where('recordId', '=', recordId)
      .orderBy('id', 'desc')
      .executeTakeFirstOrThrow(),
  )
  return [row.action, row.principal.name, row.before?.startsAt, row.after?.startsAt]
}

async function newProvider(): Promise<string> {
  const query =
    'mutation { createProvider(input: { firstName: "S", lastName: "O", email: "s@o.test" }) { provider { id } } }'
  return (await subgraph.get(support, query)).createProvider.provider.id
}

const startOf = (day: string, time: string) => bookingInput(clinic, day, time).startAt
const early = (at: Date) => new Date(at.getTime() - 3_600_000).toISOString()

test('a shifted visit is listed once, and moves with the time of all who lead it and those who attend', async () => {
  const day = dayAhead(0)
  const other = await newProvider()
  const providerUserIds = [other, clinic.providerId]
  const id = await visits.createId(day, '10:00', { providerUserIds })
  const [patient = ''] = visits.patients(1)
  const attendance = await visits.addId(id, patient)
  const right = startOf(day, '10:00')
  await shift('group_visit', id)
  const expected = {
    ...{ kind: 'GROUP_VISIT', recordId: id, wallTime: `${day}T10:00:00`, zone: clinic.zone },
    ...{ previousStartAt: early(right), startAt: right.toISOString(), overbooked: false },
    previousUntilAt: right.toISOString(),
    untilAt: new Date(right.getTime() + 3_600_000).toISOString(),
  }
  assert.deepEqual(await list(), { nodes: [], others: [expected] })
  assert.deepEqual((await list(`(after: "${clinic.providerId}")`)).others, [], 'told with the first leader')
  assert.deepEqual(await apply(), { nodes: [], others: [expected] })
  assert.deepEqual(await claimsOf('group_visit', id), [
    [`provider:${clinic.providerId}`, right.toISOString()],
    [`provider:${other}`, right.toISOString()],
  ])
  assert.deepEqual(await lastAudit('GroupVisit', id), [
    ...['group_visit.updated', 'Support', early(right), right.toISOString()],
  ])
  assert.deepEqual(await lastAudit('Appointment', attendance), [
    ...['appointment.updated', 'Support', early(right), right.toISOString()],
  ])
  const { appointment } = await subgraph.get(
    createIdentity(),
    `{ appointment(id: "${attendance}") { startAt reschedules { previousStartAt startAt } groupVisit { startAt } } }`,
  )
  assert.deepEqual(appointment, {
    ...{ startAt: right.toISOString(), groupVisit: { startAt: right.toISOString() } },
    reschedules: [{ previousStartAt: early(right), startAt: right.toISOString() }],
  })
  assert.deepEqual(told(await list()), [])
})

test('a shifted draft moves with its claim, expires when it would have, and becomes an appointment', async () => {
  const day = dayAhead(1)
  const { id, expiresAt } = await hold(subgraph, clinic, day, '10:00')
  const right = startOf(day, '10:00').toISOString()
  await shift('draft_appointment', id)
  assert.deepEqual(told(await list()), [`DRAFT_APPOINTMENT ${id} false`])
  assert.deepEqual(told(await apply()), [`DRAFT_APPOINTMENT ${id} false`])
  assert.deepEqual(await claimsOf('draft', id), [[`provider:${clinic.providerId}`, right]])
  assert.equal((await lastAudit('DraftAppointment', id))[0], 'draft_appointment.updated')
  const { draftAppointment } = await subgraph.get(
    createIdentity(),
    `{ draftAppointment(id: "${id}") { startAt expiresAt version } }`,
  )
  assert.deepEqual(draftAppointment, { startAt: right, expiresAt, version: 2 })
  const { data, errors } = await send(subgraph, clinic, 'convert', { id, patientId: clinic.patientId })
  assert.equal(errors, undefined, JSON.stringify(errors))
  assert.equal(data.convertDraftAppointment.appointment.startAt, right)
})

test('time off moves as long as it is not over, and keeps bookings out of where it is then', async () => {
  const day = dayAhead(2)
  const enter = async (startAtDate: string, startAtTime: string, endAtTime: string): Promise<string> => {
    const input = {
      providerUserId: clinic.providerId,
      startAtDate,
      startAtTime,
      endAtDate: startAtDate,
      endAtTime,
    }
    const { createProviderOffTime } = await subgraph.get(
      createIdentity(),
      'mutation ($input: CreateProviderOffTimeInput!) { createProviderOffTime(input: $input) { offTime { id } } }',
      { input },
    )
    return createProviderOffTime.offTime.id
  }
  const [id, past, back] = [
    await enter(day, '10:00', '11:00'),
    await enter('2024-05-06', '10:00', '11:00'),
    await enter(dayAhead(3), '10:00', '11:00'),
  ]
  await subgraph.get(
    support,
    `mutation { deactivateProviderOffTime(input: { id: "${back}" }) { offTime { id } } }`,
  )
  for (const each of [id, past, back]) await shift('off_time', each)
  assert.equal(codeOf(await book(subgraph, clinic, day, '10:30')), 'accepted', 'it is an hour too early')
  assert.deepEqual(told(await list()), [`OFF_TIME ${id} false`])
  assert.deepEqual(told(await apply()), [`OFF_TIME ${id} false`])
  const right = startOf(day, '10:00')
  assert.deepEqual(await lastAudit('Offtime', id), [
    ...['off_time.updated', 'Support', early(right), right.toISOString()],
  ])
  assert.equal(codeOf(await book(subgraph, clinic, day, '10:00')), 'VALIDATION_FAILED')
  assert.equal(codeOf(await book(subgraph, clinic, day, '09:30')), 'accepted')
  assert.deepEqual(told(await list()), [])
})

test('all that takes the time of some who lead a visit together moves at once, none in the way of another', async () => {
  const day = dayAhead(4)
  const other = await newProvider()
  const bookOf = async (time: string, providerId: string): Promise<string> =>
    (await book(subgraph, clinic, day, time, { providerId, skipValidations: true })).data.createAppointment.id
  const first = await bookOf('09:00', clinic.providerId)
  const theirs = [await bookOf('09:30', other), await bookOf('11:00', other)]
  const visit = await visits.createId(day, '10:00', { providerUserIds: [clinic.providerId, other] })
  const { id: draft } = await hold(subgraph, clinic, day, '11:00')
  // The earlier first: as they are written, none may meet another.
  await shift('appointment', first)
  await shift('appointment', theirs[0] ?? '')
  await shift('group_visit', visit)
  await shift('appointment', theirs[1] ?? '')
  await shift('draft_appointment', draft)
  const all = [
    ...[first, ...theirs].map((each) => `APPOINTMENT ${each} false`),
    `DRAFT_APPOINTMENT ${draft} false`,
    `GROUP_VISIT ${visit} false`,
  ].toSorted()
  assert.deepEqual(told(await list()).toSorted(), all)
  assert.deepEqual(told(await apply()).toSorted(), all)
  for (const each of [first, ...theirs]) assert.equal((await claimsOf('appointment', each)).length, 1)
  assert.equal((await claimsOf('group_visit', visit)).length, 2)
  assert.equal((await claimsOf('draft', draft)).length, 1)
})

test('a visit or draft whose new time is taken is moved over the capacity, and it is said', async () => {
  const day = dayAhead(5)
  const visit = await visits.createId(day, '10:00')
  const { id: draft } = await hold(subgraph, clinic, day, '14:00')
  await shift('group_visit', visit)
  await shift('draft_appointment', draft)
  for (const time of ['10:30', '14:00'])
    assert.equal(codeOf(await book(subgraph, clinic, day, time)), 'accepted')
  assert.deepEqual(told(await apply()), [`GROUP_VISIT ${visit} true`, `DRAFT_APPOINTMENT ${draft} true`])
  assert.deepEqual(await claimsOf('group_visit', visit), [])
  assert.deepEqual(await claimsOf('draft', draft), [])
  assert.equal(
    codeOf(await book(subgraph, clinic, day, '10:00')),
    'SLOT_TAKEN',
    'it takes its time all the same',
  )
  assert.deepEqual(told(await list()), [])
})

test('a cancelled visit and who no longer attends move without taking time', async () => {
  const day = dayAhead(6)
  const [cancelled, kept] = [
    await visits.createId(day, '10:00', { status: 'CANCELLED' }),
    await visits.createId(day, '13:00'),
  ]
  const [patient = ''] = visits.patients(1)
  const gone = await visits.addId(kept, patient)
  await visits.remove(kept, patient)
  for (const visit of [cancelled, kept]) await shift('group_visit', visit)
  assert.deepEqual(told(await apply()), [
    `APPOINTMENT ${gone} false`,
    `GROUP_VISIT ${cancelled} false`,
    `GROUP_VISIT ${kept} false`,
  ])
  assert.deepEqual(await claimsOf('group_visit', cancelled), [])
  assert.deepEqual(await claimsOf('appointment', gone), [])
  assert.equal(codeOf(await book(subgraph, clinic, day, '10:00')), 'accepted')
})

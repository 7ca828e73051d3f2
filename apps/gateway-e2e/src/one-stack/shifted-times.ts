import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createClinic, type Clinic } from '../clinic.ts'
import { perform, type AskGraph } from '../mutations.ts'
import { query as queryDatabase } from '../record-check.ts'
import { createPatient } from '../records.ts'
import { openStack } from '../shared-stack.ts'
import type { Stack } from '../stack.ts'

let stack: Stack
const clinics: Clinic[] = []
let patientId: string
before(async () => {
  stack = await openStack()
  for (const name of ['One', 'Two']) clinics.push(await createClinic(stack.north, { name }))
  patientId = (await createPatient(stack.north)).id
})
after(() => stack.stop())

const askSettings: AskGraph = (query, variables) => stack.north.askSettings(query, variables)
const selection = `nodes { appointment { id patient { lastName } } wallTime zone previousStartAt previousUntilAt startAt untilAt overbooked }
  others { kind recordId wallTime zone previousStartAt previousUntilAt startAt untilAt overbooked }
  endProviderId hasNextPage zoneData`

interface Shifted {
  nodes: {
    appointment: { id: string; patient: { lastName: string } }
    wallTime: string
    zone: string
    startAt: string
    untilAt: string
    previousStartAt: string
    previousUntilAt: string
    overbooked: boolean
  }[]
  others: ({ kind: string; recordId: string; overbooked: boolean } & Record<string, string>)[]
  endProviderId: string | null
  hasNextPage: boolean
  zoneData: string
}

async function list(args = ''): Promise<Shifted> {
  const { body, text } = await askSettings(`{ shiftedAppointmentTimes${args} { ${selection} } }`)
  assert.equal(body.errors, undefined, text)
  return body.data?.shiftedAppointmentTimes as Shifted
}

async function reresolve(input: object): Promise<Shifted> {
  const payload = await perform(
    askSettings,
    'reresolveAppointmentTimes',
    { ...input, clientMutationId: 'z' },
    `clientMutationId shifted { ${selection} }`,
  )
  assert.equal(payload.clientMutationId, 'z')
  return payload.shifted as Shifted
}

/** Books at ten o’clock, and leaves it as an older release of the zone data would have: an hour too early. */
async function bookShifted(clinic: Clinic, days: number): Promise<string> {
  const day = new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
  const { body, text } = await stack.north.ask(
    'mutation ($input: CreateAppointmentInput!) { createAppointment(input: $input) { id } }',
    {
      input: {
        ...{ ...clinic, patientId, skipValidations: true },
        ...{ startAt: `${day}T10:00:00-07:00`, untilAt: `${day}T10:30:00-07:00` },
      },
    },
  )
  assert.ok(body.data?.createAppointment, text)
  const { id } = body.data.createAppointment as { id: string }
  await queryDatabase(
    stack,
    'appointments',
    `UPDATE time_claim SET during = tstzrange(lower(during) - interval '1 hour', upper(during) - interval '1 hour')
      WHERE holder_kind = 'appointment' AND holder_id = ${id};
    UPDATE appointment SET starts_at = starts_at - interval '1 hour', ends_at = ends_at - interval '1 hour' WHERE id = ${id}`,
  )
  return id
}

test('appointments that new zone data shifts are listed and moved, provider by provider, and collisions are said', async () => {
  const [one, two] = clinics as [Clinic, Clinic]
  const first = await bookShifted(one, 30)
  const second = await bookShifted(two, 30)
  const third = await bookShifted(two, 31)
  const { nodes: listed, zoneData } = await list()
  assert.deepEqual(
    listed.map(({ appointment }) => appointment.id),
    [first, second, third],
  )
  assert.match(zoneData, /^20\d\d[a-z]$/)
  for (const { appointment, zone, wallTime, ...at } of listed) {
    assert.deepEqual([appointment.patient.lastName, zone], ['Doe', 'America/Vancouver'])
    assert.match(wallTime, /T10:00:00$/)
    for (const end of ['start', 'until'] as const) {
      const [was, is] = [at[end === 'start' ? 'previousStartAt' : 'previousUntilAt'], at[`${end}At`]]
      assert.equal(Date.parse(is) - Date.parse(was), 3_600_000)
    }
  }
  const page = await list('(first: 1)')
  assert.deepEqual([page.nodes.length, page.hasNextPage, page.endProviderId], [1, true, one.providerId])
  const rest = await list(`(first: 1, after: "${page.endProviderId}")`)
  assert.deepEqual([rest.nodes.length, rest.hasNextPage], [2, false])

  // Somebody has booked the time that the second will have.
  const { startAt, untilAt } = listed[1] as { startAt: string; untilAt: string }
  const input = { ...two, patientId, startAt, untilAt, skipValidations: true }
  const taken = await stack.north.ask(
    'mutation ($input: CreateAppointmentInput!) { createAppointment(input: $input) { overbooked } }',
    { input },
  )
  assert.equal(taken.body.data?.createAppointment.overbooked, false, taken.text)

  const moved = await reresolve({ first: 1 })
  assert.deepEqual([moved.nodes, moved.hasNextPage], [listed.slice(0, 1), true])
  const others = await reresolve({ first: 1, after: moved.endProviderId })
  assert.deepEqual(
    others.nodes.map(({ appointment, overbooked }) => [appointment.id, overbooked]),
    [
      [second, true],
      [third, false],
    ],
  )
  assert.deepEqual((await list()).nodes, [])
  const ends: (string | null)[] = []
  for (const args of [{ first: 1 }, {}, { first: 1 }, { first: 1, after: one.providerId }, { first: 1 }])
    ends.push((await reresolve(args)).endProviderId)
  const [least, most] = [one.providerId, two.providerId]
  assert.deepEqual(ends, [least, most, least, most, least])
  const read =
    'query ($id: ID!) { appointment(id: $id) { startAt version overbooked reschedules { actor { kind name } } } }'
  const { body } = await stack.north.ask(read, { id: first })
  assert.deepEqual(body.data?.appointment, {
    ...{ startAt: listed[0]?.startAt, version: 2, overbooked: false },
    reschedules: [{ actor: { kind: 'person', name: 'Support' } }],
  })
})

/** Makes one of each kind on a day, and leaves it an hour too early for the time on its wall. */
async function makeOthersShifted(clinic: Clinic, day: string): Promise<Record<string, string>> {
  const { providerId, locationId } = clinic
  const at = (time: string) => `${day}T${time}:00-07:00`
  const made = async (mutation: string, input: object, name: string, ask: AskGraph) =>
    ((await perform(ask, mutation, input, `${name} { id }`))[name] as { id: string }).id
  const program: AskGraph = (query, variables) => stack.north.ask(query, variables)
  const ids = {
    GROUP_VISIT: await made(
      'createGroupVisit',
      { locationId, providerUserIds: [providerId], startAt: at('10:00'), untilAt: at('11:00') },
      'groupVisit',
      askSettings,
    ),
    DRAFT_APPOINTMENT: await made(
      'createDraftAppointment',
      { locationId, providerId, startAt: at('12:00'), untilAt: at('12:30') },
      'draftAppointment',
      program,
    ),
    OFF_TIME: await made(
      'createProviderOffTime',
      {
        providerUserId: providerId,
        ...{ startAtDate: day, startAtTime: '15:00', endAtDate: day, endAtTime: '16:00' },
      },
      'offTime',
      program,
    ),
  }
  const early = "starts_at = starts_at - interval '1 hour', ends_at = ends_at - interval '1 hour'"
  await queryDatabase(
    stack,
    'appointments',
    `UPDATE time_claim SET during = tstzrange(lower(during) - interval '1 hour', upper(during) - interval '1 hour')
      WHERE (holder_kind = 'group_visit' AND holder_id = ${ids.GROUP_VISIT})
        OR (holder_kind = 'draft' AND holder_id = ${ids.DRAFT_APPOINTMENT});
    UPDATE group_visit SET ${early} WHERE id = ${ids.GROUP_VISIT};
    UPDATE group_visit_provider SET ${early} WHERE group_visit_id = ${ids.GROUP_VISIT};
    UPDATE draft_appointment SET ${early} WHERE id = ${ids.DRAFT_APPOINTMENT};
    UPDATE off_time SET ${early} WHERE domain_id = ${stack.north.domainId} AND id = ${ids.OFF_TIME}`,
  )
  return ids
}

test('group visits, drafts and time off that new zone data shifts are listed by kind, moved, and collisions are said', async () => {
  const [clinic] = clinics as [Clinic]
  const day = new Date(Date.now() + 40 * 86_400_000).toISOString().slice(0, 10)
  const ids = await makeOthersShifted(clinic, day)
  const { others: listed } = await list()
  assert.deepEqual(Object.fromEntries(listed.map(({ kind, recordId }) => [kind, recordId])), ids)
  for (const { startAt, untilAt, previousStartAt, previousUntilAt, zone, wallTime, overbooked } of listed) {
    assert.deepEqual([zone, overbooked, wallTime?.slice(0, 10)], ['America/Vancouver', false, day])
    assert.equal(Date.parse(startAt ?? '') - Date.parse(previousStartAt ?? ''), 3_600_000)
    assert.equal(Date.parse(untilAt ?? '') - Date.parse(previousUntilAt ?? ''), 3_600_000)
  }
  const draft = listed.find(({ kind }) => kind === 'DRAFT_APPOINTMENT')
  const { startAt, untilAt } = draft as Record<string, unknown>
  const input = { ...clinic, patientId, startAt, untilAt, skipValidations: true }
  const taken = await stack.north.ask(
    'mutation ($input: CreateAppointmentInput!) { createAppointment(input: $input) { overbooked } }',
    { input },
  )
  assert.equal(taken.body.data?.createAppointment.overbooked, false, taken.text)
  const { others: moved } = await reresolve({})
  assert.deepEqual(
    moved,
    listed.map((each) => ({ ...each, overbooked: each.kind === 'DRAFT_APPOINTMENT' })),
  )
  assert.deepEqual((await list()).others, [])
})

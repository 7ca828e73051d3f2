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

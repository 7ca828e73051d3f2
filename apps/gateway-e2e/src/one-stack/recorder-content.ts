import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { Answer } from '../ask.ts'
import { createClinic } from '../clinic.ts'
import { createPatient } from '../records.ts'
import { openStack } from '../shared-stack.ts'
import type { Stack } from '../stack.ts'

let stack: Stack
before(async () => {
  stack = await openStack()
})
after(() => stack.stop())

function isClean({ text, headers }: Answer): void {
  assert.doesNotMatch(text + JSON.stringify(headers), /recorder|"reads"|detailHash/)
}

test('what subgraphs tell the gateway for the record reaches no client, in no graph and in no kind of answer', async () => {
  const { north } = stack
  const clinic = await createClinic(north)
  const { id } = await createPatient(north)
  const startAt = new Date(Date.now() + 86_400_000 * 30).toISOString()
  const untilAt = new Date(Date.parse(startAt) + 1_800_000).toISOString()
  const book = `mutation ($input: CreateAppointmentInput!) { createAppointment(input: $input) { id patient { fullName } } }`
  const input = { ...clinic, patientId: id, startAt, untilAt, skipValidations: true }
  const key = { 'idempotency-key': randomUUID() }
  const booked = await north.ask(book, { input }, key)
  assert.equal(booked.body.errors, undefined, booked.text)
  const replayed = await north.ask(book, { input }, key)
  assert.equal(replayed.body.extensions?.idempotency, 'REPLAYED')
  const read = await north.ask('{ patients(first: 500) { nodes { id appointments { nodes { note } } } } }')
  assert.ok(read.body.extensions?.warnings, 'an answer with extensions of its own')
  const answers = [
    booked,
    replayed,
    read,
    await north.ask(`{ patient(id: "${id}") { firstName } a: patients(after: "x") { totalCount } }`),
    await north.ask(
      `mutation { updatePatient(input: { id: "${id}", expectedVersion: 99 }) { patient { id } } }`,
    ),
    await north.askSettings(
      `mutation { setPatientStanding(input: { id: "${id}", verified: true }) { patient { id } } }`,
    ),
    await north.askSettings('{ appointments { nodes { patient { fullName } } } }'),
    await stack.askOperator(
      `mutation { updateDomain(input: { name: "${stack.north.name}", zone: "America/Vancouver" }) { domain { id } } }`,
    ),
  ]
  for (const answer of answers) isClean(answer)
})

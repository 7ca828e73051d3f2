import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { createIdentity, createSupportIdentity } from '@commonchart/testing'
import type { AppointmentStatus } from './names.ts'
import { statusTransitions } from './status-transitions.ts'
import { book, change, codeOf, dayAhead, openTestClinic, type TestClinic } from './test-clinic.ts'
import { openTestSubgraph, type TestSubgraph } from './test-subgraph.ts'

let subgraph: TestSubgraph
let clinic: TestClinic
before(async () => {
  subgraph = await openTestSubgraph()
  clinic = await openTestClinic(subgraph, 1)
})
after(() => subgraph.close())

const statuses = Object.keys(statusTransitions) as AppointmentStatus[]
const support = createSupportIdentity()

const setRules = (input: object, identity = support) =>
  subgraph.ask(
    identity,
    `mutation ($input: SetAppointmentRulesInput!) { setAppointmentRules(input: $input) {
      clientMutationId appointmentRules { statusTransitions patientOverlap } } }`,
    { input },
  )

/** Puts an appointment into a status, past every rule. */
const put = (id: string, status: AppointmentStatus) =>
  subgraph.inDomain(1, (trx) =>
    trx.updateTable('appointment').set({ status }).where('domainId', '=', 1).where('id', '=', id).execute(),
  )

test('the sixteen statuses each have their row, and none follows itself', () => {
  assert.equal(statuses.length, 16)
  for (const [from, allowed] of Object.entries(statusTransitions)) {
    assert.ok(!allowed.includes(from as AppointmentStatus), from)
    assert.equal(new Set(allowed).size, allowed.length, from)
  }
})

test('the table of the documents is that of the program', () => {
  const text = readFileSync(new URL('../../../docs/appointments.md', import.meta.url), 'utf8')
  for (const [from, allowed] of Object.entries(statusTransitions)) {
    const row = text.split('\n').find((line) => line.startsWith(`| \`${from}\` `)) ?? ''
    const named = [...(row.split('|')[2] ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name)
    assert.deepEqual(named.sort(), [...allowed].sort(), from)
  }
})

test('unless the domain switches the table on, any status may follow any', async () => {
  const { data } = await book(subgraph, clinic, dayAhead(0), '09:00')
  const { id } = data.createAppointment
  for (const from of statuses)
    for (const status of ['NOTE_SIGNED', 'REQUESTED'] as const) {
      await put(id, from)
      assert.equal(codeOf(await change(subgraph, clinic, { id, status })), 'accepted', `${from} ${status}`)
    }
})

test('with the table on, what may not follow is refused and told what may; an override lets it', async () => {
  const { data } = await book(subgraph, clinic, dayAhead(1), '09:00')
  const { id } = data.createAppointment
  const set = await setRules({ statusTransitions: 'TABLE', clientMutationId: 's' })
  assert.deepEqual(set.data.setAppointmentRules, {
    clientMutationId: 's',
    appointmentRules: { statusTransitions: 'TABLE', patientOverlap: 'WARN' },
  })
  for (const from of statuses)
    for (const status of statuses.filter((each) => each !== from)) {
      await put(id, from)
      const answer = await change(subgraph, clinic, { id, status })
      const allowed = statusTransitions[from]
      if (allowed.includes(status)) {
        assert.equal(codeOf(answer), 'accepted', `${from} ${status}`)
        continue
      }
      const [violation] = (answer.errors?.[0]?.extensions.violations ?? []) as Record<string, unknown>[]
      assert.deepEqual(
        [violation?.path, violation?.rule, violation?.allowed],
        ['input.status', 'STATUS_NOT_ALLOWED', allowed],
        `${from} ${status}`,
      )
    }
  await put(id, 'NOTE_SIGNED')
  const over = await change(subgraph, clinic, { id, status: 'REQUESTED', skipValidations: true })
  assert.equal(codeOf(over), 'accepted')
  const { data: other } = await subgraph.ask(
    createSupportIdentity({ domainId: 2 }),
    '{ appointmentRules { statusTransitions } }',
  )
  assert.equal(other.appointmentRules.statusTransitions, 'ANY', 'another domain has its own')
  await setRules({ statusTransitions: 'ANY' })
})

test('only people set rules; each that changes is on the audit log, and none is cleared', async () => {
  await setRules({ patientOverlap: 'REFUSE' })
  await setRules({ patientOverlap: 'REFUSE' })
  const { data } = await setRules({ patientOverlap: 'WARN', statusTransitions: 'ANY' })
  assert.equal(data.setAppointmentRules.appointmentRules.patientOverlap, 'WARN')
  const rows = await subgraph.inDomain(1, (trx) =>
    trx.selectFrom('auditEvent').selectAll().where('recordId', '=', 'patientOverlap').orderBy('id').execute(),
  )
  assert.deepEqual(
    rows.map(({ action, before, after }) => [action, before?.patientOverlap, after?.patientOverlap]),
    [
      ['setting.updated', 'WARN', 'REFUSE'],
      ['setting.updated', 'REFUSE', 'WARN'],
    ],
  )
  assert.equal(codeOf(await setRules({ patientOverlap: 'REFUSE' }, createIdentity())), 'FORBIDDEN')
  assert.equal(codeOf(await setRules({ patientOverlap: null })), 'VALIDATION_FAILED')
  assert.equal(
    codeOf(await subgraph.ask(createIdentity(), '{ appointmentRules { patientOverlap } }')),
    'FORBIDDEN',
  )
})

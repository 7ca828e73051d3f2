import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { writeSetting } from '@commonchart/subgraph'
import { book, change, codeOf, dayAhead, openTestClinic, rulesOf, type TestClinic } from './test-clinic.ts'
import { openGroupVisits, type TestGroupVisits } from './test-group-visits.ts'
import { openTestSubgraph, type Answer, type TestSubgraph } from './test-subgraph.ts'

let subgraph: TestSubgraph
let clinic: TestClinic
let visits: TestGroupVisits
before(async () => {
  subgraph = await openTestSubgraph()
  clinic = await openTestClinic(subgraph, 1)
  visits = openGroupVisits(subgraph, clinic)
})
after(() => subgraph.close())

type Told = { code: string; rule?: string; blockedBy?: { type: string; id: string }[] }

/** The appointments that an answer names as in the way, by its warnings or its violations. */
function inTheWay({ errors, extensions }: Answer): string[] {
  const violations = (errors?.[0]?.extensions.violations ?? []) as Told[]
  const warnings = (extensions?.warnings ?? []) as Told[]
  const told = [...violations, ...warnings].filter(
    ({ code, rule }) => code === 'PATIENT_OVERLAP' || rule === 'PATIENT_OVERLAP',
  )
  return told.flatMap(({ blockedBy = [] }) => blockedBy.map(({ type, id }) => `${type} ${id}`))
}

async function refusing(work: () => Promise<void>): Promise<void> {
  const set = (value: string) => subgraph.inDomain(1, (trx) => writeSetting(trx, 1, 'patientOverlap', value))
  await set('REFUSE')
  await work()
  await set('WARN')
}

/** An appointment of a patient, beside whatever else is then. */
async function bookBeside(patientId: string, day: string, time: string): Promise<string> {
  const answer = await book(subgraph, clinic, day, time, { patientId, skipValidations: true })
  return answer.data.createAppointment.id as string
}

test('who attends at a time at which they have another appointment is warned of, or refused where the domain says so', async () => {
  const day = dayAhead(0)
  const id = await visits.createId(day, '09:00')
  const [one = '', other = ''] = visits.patients(2)
  const named = [`Appointment ${await bookBeside(one, day, '09:30')}`]
  await bookBeside(one, day, '10:00')
  await refusing(async () => {
    const refused = await visits.add(id, one)
    assert.deepEqual(rulesOf(refused), ['input.patientId PATIENT_OVERLAP'])
    assert.deepEqual(inTheWay(refused), named)
    assert.deepEqual(inTheWay(await visits.add(id, other)), [])
    assert.equal(codeOf(await visits.add(id, one, { status: 'CANCELLED' })), 'accepted', 'takes no time')
  })
  const warned = await visits.add(id, one)
  assert.equal(codeOf(warned), 'accepted')
  assert.deepEqual(inTheWay(warned), named)
  const again = await visits.add(id, one)
  assert.deepEqual(rulesOf(again), ['input.patientId ALREADY_ATTENDING'])
  assert.deepEqual(inTheWay(again), [], 'an attendance is not in its own way')
})

test('who comes back to a visit is judged as who is added', async () => {
  const day = dayAhead(1)
  const id = await visits.createId(day, '09:00')
  const [one = ''] = visits.patients(1)
  const attendance = await visits.addId(id, one)
  await change(subgraph, clinic, { id: attendance, status: 'CANCELLED' })
  const named = [`Appointment ${await bookBeside(one, day, '09:00')}`]
  const back = (more = {}) => change(subgraph, clinic, { id: attendance, status: 'CONFIRMED', ...more })
  await refusing(async () => {
    const refused = await back()
    assert.deepEqual(rulesOf(refused), ['input.status PATIENT_OVERLAP'])
    const skipped = await back({ skipValidations: true })
    assert.equal(codeOf(skipped), 'accepted')
    assert.deepEqual(inTheWay(skipped), named)
  })
  await change(subgraph, clinic, { id: attendance, status: 'CANCELLED' })
  assert.deepEqual(inTheWay(await back()), named)
})

test('a visit that moves onto other appointments of those who attend says so, or stays where the domain says so', async () => {
  const day = dayAhead(2)
  const id = await visits.createId(day, '09:00')
  const [one = '', other = ''] = visits.patients(2)
  for (const each of [one, other]) await visits.addId(id, each)
  const named = [
    `Appointment ${await bookBeside(one, day, '13:00')}`,
    `Appointment ${await bookBeside(other, day, '13:30')}`,
  ]
  const move = (time: string, more = {}) => {
    const { startAt, untilAt } = visits.input(day, time)
    return visits.update({ id, startAt, untilAt, ...more })
  }
  const skipValidations = true
  await refusing(async () => {
    const refused = await move('13:00')
    assert.equal(codeOf(refused), 'VALIDATION_FAILED')
    assert.deepEqual(inTheWay(refused), named)
    assert.deepEqual(inTheWay(await move('13:00', { skipValidations })), named)
    assert.deepEqual(inTheWay(await visits.update({ id, description: 'stays' })), [])
  })
  assert.deepEqual(inTheWay(await move('10:00')), [])
  assert.deepEqual(inTheWay(await move('13:00', { skipValidations })), named)
})

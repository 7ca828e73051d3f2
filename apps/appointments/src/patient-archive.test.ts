import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { createServiceIdentity } from '@commonchart/testing'
import { book, change, codeOf, dayAhead, openTestClinic, type TestClinic } from './test-clinic.ts'
import { openTestSubgraph, type TestSubgraph } from './test-subgraph.ts'

let subgraph: TestSubgraph
let clinic: TestClinic
before(async () => {
  subgraph = await openTestSubgraph()
  clinic = await openTestClinic(subgraph, 1, 20)
})
after(() => subgraph.close())

const service = createServiceIdentity('patients', { domainId: 1 })
const by = {
  ...{ kind: 'consumer', subject: '7', name: 'portal', role: null },
  ...{ keyId: 'k', ip: null, requestId: 'r-1' },
}

/** A patient of domain 1, whom the owner says to be active until told otherwise. */
function owned(id: string, state: 'ACTIVE' | 'ARCHIVED' = 'ACTIVE', version = 1) {
  const facts = { id, state, mergedInto: null, version }
  subgraph.patients?.set(`1/${id}`, facts)
  return facts
}

const tell = (payload: object, id: string = randomUUID()) =>
  subgraph.post('/internal/events', service, { id, type: 'patient.changed', domainId: 1, payload })
const announce = (patient: object) =>
  subgraph.post('/internal/patient-closing', service, { domainId: 1, patient })
const settle = (patient: object) =>
  subgraph.post('/internal/patient-archived', service, { domainId: 1, patient })
const bookFor = (patientId: string, time = '09:00') =>
  book(subgraph, clinic, dayAhead(0), time, { patientId })

async function appointmentsOf(patientId: string) {
  const rows = await subgraph.inDomain(1, (trx) =>
    trx.selectFrom('appointment').selectAll().where('patientId', '=', patientId).orderBy('id').execute(),
  )
  return rows.map(({ status, version }) => `${status} ${version}`)
}

test('an archiving cancels what is to come exactly once, gives back its time and records it for who archived', async () => {
  owned('601')
  const { data } = await bookFor('601')
  const { id } = data.createAppointment
  const claims = await subgraph.count(1, 'time_claim')
  const event = randomUUID()
  const archived = { ...owned('601', 'ARCHIVED', 2), by }
  await Promise.all([tell(archived, event), tell(archived, event), tell(archived), settle(archived)])
  assert.deepEqual(await appointmentsOf('601'), ['CANCELLED 2'])
  assert.equal(await subgraph.count(1, 'time_claim'), claims - 1)
  const [row, ...more] = await subgraph.inDomain(1, (trx) =>
    trx.selectFrom('auditEvent').selectAll().where('action', '=', 'appointment.canceled').execute(),
  )
  assert.deepEqual(more, [])
  assert.deepEqual([row?.recordId, row?.requestId, row?.principal.name], [id, 'r-1', 'portal'])
  assert.deepEqual([row?.before?.status, row?.after?.status], [data.createAppointment.status, 'CANCELLED'])
})

test('from the announcement on the owner is asked, and a closing that came to nothing is forgotten', async () => {
  const open = owned('602')
  await tell(open)
  await announce(open)
  subgraph.asked.length = 0
  assert.equal(codeOf(await bookFor('602')), 'accepted')
  assert.deepEqual(subgraph.asked, ['602'])
  assert.equal(codeOf(await bookFor('602', '09:30')), 'accepted')
  assert.deepEqual(subgraph.asked, ['602'], 'and not asked again')
  await announce(open)
  owned('602', 'ARCHIVED', 2)
  assert.equal(codeOf(await bookFor('602', '10:00')), 'PATIENT_ARCHIVED')
})

test('an event that is older than an announced closing does not end it', async () => {
  await tell(owned('603'))
  await announce(owned('603', 'ACTIVE', 3))
  await tell(owned('603', 'ACTIVE', 3))
  owned('603', 'ARCHIVED', 4)
  assert.equal(codeOf(await bookFor('603')), 'PATIENT_ARCHIVED')
})

test('an archiving that is settled before its event comes cancels nothing of the time after', async () => {
  owned('604')
  await bookFor('604')
  const archived = { ...owned('604', 'ARCHIVED', 2), by }
  await settle(archived)
  await tell(owned('604', 'ACTIVE', 3))
  assert.equal(codeOf(await bookFor('604')), 'accepted')
  await tell(archived)
  assert.deepEqual(
    (await appointmentsOf('604')).map((one) => one.split(' ')[0]).map((status) => status === 'CANCELLED'),
    [true, false],
  )
})

test('what the owner says of an archived patient is not kept: only the event cancels', async () => {
  owned('605')
  await bookFor('605')
  const archived = { ...owned('605', 'ARCHIVED', 2), by }
  await announce(owned('605', 'ARCHIVED', 2))
  assert.equal(codeOf(await bookFor('605', '09:30')), 'PATIENT_ARCHIVED')
  await tell(archived)
  assert.match((await appointmentsOf('605')).join(), /^CANCELLED/)
})

test('an archiving waits for a booking that is under way, and cancels it', async () => {
  await tell(owned('606'))
  for (let round = 0; round < 10; round += 1) {
    const version = round * 2 + 2
    const bookings = Array.from({ length: 8 }, (_, at) => bookFor('606', `1${at}:00`.slice(-5)))
    const archived = { ...owned('606', 'ARCHIVED', version), by }
    await announce({ ...archived, version: version - 1 })
    await Promise.all([tell(archived), ...bookings])
    assert.ok((await appointmentsOf('606')).every((one) => one === 'CANCELLED 2'))
    await tell(owned('606', 'ACTIVE', version + 1))
  }
})

test('an appointment of an archived patient is not brought back to life, and its past is still told', async () => {
  owned('607')
  const { id } = (await bookFor('607')).data.createAppointment
  await tell({ ...owned('607', 'ARCHIVED', 2), by })
  assert.equal(codeOf(await change(subgraph, clinic, { id, status: 'CONFIRMED' })), 'PATIENT_ARCHIVED')
  assert.equal(codeOf(await change(subgraph, clinic, { id, note: 'told by phone' })), 'accepted')
})

test('nothing that an archiving waits for is held while the owner is asked, however often', async () => {
  const open = owned('608')
  await announce(open)
  let asked = 0
  subgraph.whenAsked = async () => {
    asked += 1
    for (const table of ['patient_ref', 'patient_closing'] as const)
      await subgraph.admin(`SELECT 1 FROM ${table} FOR UPDATE NOWAIT`)
    // Another one comes between the answer and the lock of the booking, twice.
    if (asked < 3) await announce(open)
  }
  try {
    assert.equal(codeOf(await bookFor('608')), 'accepted')
  } finally {
    delete subgraph.whenAsked
  }
  assert.equal(asked, 3)
})

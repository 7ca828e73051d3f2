import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { createServiceIdentity, forBothDomains } from '@commonchart/testing'
import { book, codeOf, dayAhead, openTestClinic, type TestClinic } from './test-clinic.ts'
import { openTestSubgraph, type TestSubgraph } from './test-subgraph.ts'

let subgraph: TestSubgraph
let clinic: TestClinic
before(async () => {
  subgraph = await openTestSubgraph()
  ;[clinic] = await forBothDomains(({ id }) => openTestClinic(subgraph, id, 40))
})
after(() => subgraph.close())

const service = createServiceIdentity('patients', { domainId: 1 })
const by = {
  ...{ kind: 'consumer', subject: '7', name: 'Merger', role: null, keyId: 'k', ip: '127.0.0.1' },
  requestId: randomUUID(),
}
let merges = 0
let persons = 700

/** Two patients who can be booked, and what is told of merging one into the other and of undoing it. */
function newPair() {
  const [keptId, mergedId] = [String((persons += 1)), String((persons += 1))]
  const active = (id: string, version: number) => ({
    ...{ id, version, mergedInto: null },
    state: 'ACTIVE' as const,
  })
  for (const id of [keptId, mergedId]) subgraph.patients?.set(`1/${id}`, active(id, 1))
  const gone = { id: mergedId, state: 'ARCHIVED' as const, mergedInto: keptId, version: 2 }
  const mergeId = String((merges += 1))
  return {
    keptId,
    mergedId,
    merge: () => {
      subgraph.patients?.set(`1/${mergedId}`, gone)
      return tell('patient.merged', { mergeId, kept: active(keptId, 2), merged: gone, by })
    },
    unmerge: () => {
      subgraph.patients?.set(`1/${mergedId}`, active(mergedId, 3))
      return tell('patient.unmerged', { mergeId, kept: active(keptId, 3), merged: active(mergedId, 3), by })
    },
  }
}

function tell(type: string, payload: object, id = randomUUID()): Promise<unknown> {
  return subgraph.post('/internal/events', service, { id, type, domainId: 1, payload })
}

async function bookFor(patientId: string): Promise<string> {
  const answer = await book(subgraph, clinic, dayAhead(0), '09:00', { patientId })
  assert.equal(codeOf(answer), 'accepted', JSON.stringify(answer.errors))
  return answer.data.createAppointment.id
}

async function ownersOf(...ids: string[]): Promise<string[]> {
  const { rows } = await subgraph.admin<{ id: string; patient_id: string }>(
    `SELECT id, patient_id FROM appointment WHERE domain_id = 1 AND id IN (${ids.join()})`,
  )
  return ids.map((id) => rows.find((row) => row.id === id)?.patient_id ?? '')
}

test('appointments follow a merge, and its undoing, but for what was booked in between', async () => {
  const { keptId, mergedId, merge, unmerge } = newPair()
  const own = await bookFor(keptId)
  const first = await bookFor(mergedId)
  const second = await bookFor(mergedId)
  await merge()
  assert.deepEqual(await ownersOf(own, first, second), [keptId, keptId, keptId])
  const refused = await book(subgraph, clinic, dayAhead(0), '09:00', { patientId: mergedId })
  const { code, mergedInto } = refused.errors?.[0]?.extensions ?? {}
  assert.deepEqual([code, mergedInto], ['PATIENT_ARCHIVED', keptId])
  const between = await bookFor(keptId)
  await unmerge()
  assert.deepEqual(await ownersOf(own, first, second, between), [keptId, mergedId, mergedId, keptId])
  await bookFor(mergedId)
})

test('a merge that is told twice moves once, also when it was undone in between', async () => {
  const { keptId, mergedId, merge, unmerge } = newPair()
  const id = await bookFor(mergedId)
  await merge()
  await merge()
  await unmerge()
  await merge()
  assert.deepEqual(await ownersOf(id), [mergedId])
  await unmerge()
  assert.deepEqual(await ownersOf(id), [mergedId])
  assert.notEqual(keptId, mergedId)
})

test('an undoing that arrives before its merge leaves everything as it is', async () => {
  const { mergedId, merge, unmerge } = newPair()
  const id = await bookFor(mergedId)
  await unmerge()
  await merge()
  assert.deepEqual(await ownersOf(id), [mergedId])
  await bookFor(mergedId)
})

test('each appointment that moves is recorded in the name of who merged', async () => {
  const { keptId, mergedId, merge } = newPair()
  const id = await bookFor(mergedId)
  await merge()
  const { rows } = await subgraph.admin<{
    principal: object
    before: object
    after: object
    version: number
  }>(
    `SELECT principal, before, after, record_version AS version FROM audit_event
     WHERE domain_id = 1 AND action = 'appointment.moved' AND record_id = '${id}'`,
  )
  assert.equal(rows.length, 1)
  const { kind, subject, name, role, keyId, ip } = by
  assert.deepEqual(rows[0], {
    principal: { kind, id: subject, name, role, keyId, ip },
    ...{ before: { patientId: mergedId }, after: { patientId: keptId }, version: 2 },
  })
})

test('of bookings made while a merge arrives none is left with the merged chart', async () => {
  for (let round = 0; round < 4; round += 1) {
    const { keptId, mergedId, merge } = newPair()
    await bookFor(mergedId)
    const [answers] = await Promise.all([
      Promise.all(
        Array.from({ length: 6 }, () =>
          book(subgraph, clinic, dayAhead(round + 1), '10:00', { patientId: mergedId }),
        ),
      ),
      merge(),
    ])
    for (const answer of answers) assert.ok(['accepted', 'PATIENT_ARCHIVED'].includes(String(codeOf(answer))))
    const { rows } = await subgraph.admin<{ patient_id: string }>(
      `SELECT patient_id FROM appointment WHERE domain_id = 1 AND patient_id IN (${mergedId}, ${keptId})`,
    )
    assert.deepEqual([...new Set(rows.map((row) => row.patient_id))], [keptId])
  }
})

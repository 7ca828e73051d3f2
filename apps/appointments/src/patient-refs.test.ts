import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { createServiceIdentity, forBothDomains } from '@commonchart/testing'
import { book, codeOf, dayAhead, openTestClinic, type TestClinic } from './test-clinic.ts'
import { openTestSubgraph, type PatientFacts, type TestSubgraph } from './test-subgraph.ts'

let subgraph: TestSubgraph
let clinic: TestClinic
before(async () => {
  subgraph = await openTestSubgraph()
  ;[clinic] = await forBothDomains(({ id }) => openTestClinic(subgraph, id, 20))
})
after(() => subgraph.close())

const service = createServiceIdentity('patients', { domainId: 1 })

/** What the owner knows of a patient of domain 1; told by an event as well when `told`. */
async function patient(id: string, facts: Partial<PatientFacts> = {}, told = false): Promise<PatientFacts> {
  const payload: PatientFacts = { id, state: 'ACTIVE', mergedInto: null, version: 1, ...facts }
  subgraph.patients?.set(`1/${id}`, payload)
  if (told) await tell(payload)
  return payload
}

function tell(payload: PatientFacts, id = randomUUID()): Promise<unknown> {
  return subgraph.post('/internal/events', service, { id, type: 'patient.changed', domainId: 1, payload })
}

const bookFor = (patientId: string) => book(subgraph, clinic, dayAhead(0), '09:00', { patientId })

test('a patient that is not known here is asked for once', async () => {
  await patient('501')
  subgraph.asked.length = 0
  assert.equal(codeOf(await bookFor('501')), 'accepted')
  assert.equal(codeOf(await bookFor('501')), 'accepted')
  assert.deepEqual(subgraph.asked, ['501'])
})

test('a patient that an event told of is not asked for', async () => {
  await patient('502', {}, true)
  subgraph.asked.length = 0
  assert.equal(codeOf(await bookFor('502')), 'accepted')
  assert.deepEqual(subgraph.asked, [])
})

test('a patient that the owner does not know is refused', async () => {
  const answer = await bookFor('599')
  assert.deepEqual([codeOf(answer), answer.errors?.[0]?.extensions.path], ['NOT_FOUND', 'input.patientId'])
})

test('an archived patient is refused, and who was merged is named', async () => {
  await patient('503', { state: 'ARCHIVED', mergedInto: '501', version: 2 }, true)
  const answer = await bookFor('503')
  assert.deepEqual([codeOf(answer), answer.errors?.[0]?.extensions.mergedInto], ['PATIENT_ARCHIVED', '501'])
})

test('a patient that seems archived is asked for before the refusal', async () => {
  const archived = await patient('504', { state: 'ARCHIVED', version: 2 }, true)
  subgraph.patients?.set('1/504', { ...archived, state: 'ACTIVE', version: 3 })
  assert.equal(codeOf(await bookFor('504')), 'accepted')
})

test('an older event changes nothing, whatever the order of arrival', async () => {
  await patient('505', { version: 5 }, true)
  await tell({ id: '505', state: 'ARCHIVED', mergedInto: null, version: 4 })
  subgraph.asked.length = 0
  assert.equal(codeOf(await bookFor('505')), 'accepted')
  assert.deepEqual(subgraph.asked, [])
})

test('while the owner cannot be asked nothing is guessed and nothing changed', async () => {
  const { patients } = subgraph
  const before = await subgraph.count(1, 'appointment')
  subgraph.patients = null
  const answer = await bookFor('506')
  subgraph.patients = patients
  assert.equal(codeOf(answer), 'SUBGRAPH_UNAVAILABLE')
  assert.equal(answer.errors?.[0]?.extensions.executed, false)
  assert.equal(await subgraph.count(1, 'appointment'), before)
})

test('other services are told what providers and locations are, of their own domain only', async () => {
  const ids = [clinic.providerId, '999', 'x']
  const ask = (domainId: number, type: string, list: string[]) =>
    subgraph.post('/internal/references', service, { domainId, type, ids: list })
  const provider = { id: clinic.providerId, name: 'Ada Byron 1', state: 'ACTIVE' }
  const { records } = (await ask(1, 'provider', ids)) as {
    records: (typeof provider & { version: number })[]
  }
  assert.deepEqual(
    records.map(({ id, name, state }) => ({ id, name, state })),
    [provider],
  )
  for (const [type, list] of [
    ['provider_name', ['ada BYRON 1', 'Ada', 'nobody']],
    ['provider_email', [(records[0] as unknown as { email: string }).email.toUpperCase(), 'x']],
  ] as const)
    assert.deepEqual(await ask(1, type, [...list]), { records })
  assert.deepEqual(await ask(3, 'provider_name', ['Ada Byron 1']), { records: [] })
  const location = { id: clinic.locationId, name: 'Main', state: 'ACTIVE', version: 1 }
  assert.deepEqual(await ask(1, 'location', [clinic.locationId]), { records: [location] })
  assert.deepEqual(await ask(3, 'location', [clinic.locationId]), { records: [] })
})

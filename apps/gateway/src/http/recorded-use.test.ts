import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestGateway, type TestGateway } from '../../fixtures/running-gateway.ts'

let running: TestGateway
before(async () => {
  running = await startTestGateway()
})
after(() => running.stop())

/** The elements that the record of a question names; null when it names none. */
async function usedBy(question: Parameters<TestGateway['ask']>[0]): Promise<readonly string[] | null> {
  const answer = await running.ask(question)
  const record = running.audit.recorded.find(({ id }) => id === answer.headers['x-request-id'])
  assert.ok(record, `it is not recorded: ${answer.text}`)
  if (record.usedElements === null) return null
  return running.audit.elementSets.flat().find(({ id }) => id === record.usedElements)?.elements ?? []
}

test('a query that is answered has used what it names, also when some of its fields fail', async () => {
  const found = await usedBy({ query: 'query Secret { mine: patient(id: 1) { name broken } }' })
  assert.deepEqual(found, ['Patient.broken', 'Patient.name', 'Query.patient', 'Query.patient(id:)'])
})

test('what came in variables is used by the names of the schema', async () => {
  const query = 'mutation ($input: RenameInput!) { renamePatient(input: $input) { id } }'
  assert.deepEqual(await usedBy({ query, variables: { input: { id: '1', note: 'a secret' } } }), [
    ...['Mutation.renamePatient', 'Mutation.renamePatient(input:)', 'Patient.id', 'RenameInput.id'],
    'RenameInput.note',
  ])
})

test('what was refused has used nothing, and neither has introspection', async () => {
  assert.equal(await usedBy({ query: '{ patient(id: 1) { name nothing } }' }), null)
  assert.equal(await usedBy({ query: '{ patient(id: 1) { name }' }), null)
  assert.equal(await usedBy({ query: 'query ($id: ID!) { patient(id: $id) { name } }' }), null)
  assert.equal(await usedBy({ query: '{ __schema { types { name } } }' }), null)
})

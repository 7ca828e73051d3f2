import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createFakeGateway } from './fake-gateway.ts'
import type { FakeGateway } from './fake-gateway.ts'
import { ImportError } from './folder.ts'
import { importFhir } from './import.ts'
import type { Problem, Report } from './report.ts'

const clinic = fileURLToPath(new URL('fixtures/clinic', import.meta.url))
const wait = () => Promise.resolve()

function run(gateway: FakeGateway, more: object = {}): Promise<Report> {
  return importFhir({ folder: clinic, send: gateway.send, source: 'urn:clinic', wait, ...more })
}

function figures(report: Report): Record<string, number[]> {
  return Object.fromEntries(
    report.types.map(({ type, read, created, unchanged, updated, refused }) => [
      type,
      [read, created, unchanged, updated, refused],
    ]),
  )
}

test('every resource of the folder is accounted for, by type', async () => {
  const report = await run(createFakeGateway())
  assert.deepEqual(figures(report), {
    Organization: [1, 1, 0, 0, 0],
    Location: [4, 4, 0, 0, 0],
    PractitionerRole: [3, 0, 0, 0, 1],
    Practitioner: [3, 2, 0, 0, 1],
    'Practitioner contacts': [3, 1, 0, 0, 2],
    'Patient identifiers': [1, 1, 0, 0, 0],
    Patient: [10, 4, 0, 0, 6],
    'Encounter types': [2, 2, 0, 0, 0],
    Encounter: [11, 5, 0, 0, 6],
    Condition: [2, 0, 0, 0, 0],
  })
  assert.equal(report.stopped, null)
  assert.deepEqual(report.otherFiles, ['notes.txt'])
})

test('a second import changes nothing', async () => {
  const gateway = createFakeGateway()
  await run(gateway)
  const again = await run(gateway)
  for (const { created, updated } of again.types) assert.deepEqual([created, updated], [0, 0])
  assert.equal(again.types.find(({ type }) => type === 'Encounter')?.unchanged, 5)
})

test('each bad line is told with its file, line and reason, and the rest goes in', async () => {
  const problems: Problem[] = []
  await run(createFakeGateway(), { onProblem: (problem: Problem) => problems.push(problem) })
  const told = problems
    .filter(({ type }) => type === 'Patient')
    .map(({ file, line, reason }) => `${file}:${line} ${reason}`)
  assert.deepEqual(told, [
    'Patient.001.ndjson:1 the line is not JSON',
    'Patient.001.ndjson:2 it is not a Patient by its resourceType',
    'Patient.001.ndjson:3 the line is not a JSON object',
    'Patient.001.ndjson:4 it has no resourceType',
    'Patient.001.ndjson:5 its birth date is partial, and a record needs the full date',
    'Patient.001.ndjson:6 its name is not parted into given and family name',
  ])
})

test('references in every form lead to the records that were made', async () => {
  const gateway = createFakeGateway()
  await run(gateway)
  const id = (field: string, value: string) => gateway.records(field).get(value)?.id
  const appointment = (value: string) => {
    const { patientId, providerId, locationId } =
      gateway.records('importAppointments').get(value)?.item ?? ({} as Record<string, unknown>)
    return [patientId, providerId, locationId]
  }
  const [north, home] = [id('importLocations', 'l-north'), id('importLocations', 'l-home')]
  const [emard, hintz] = [id('importProviders', 'd-emard'), id('importProviders', 'd-role')]
  assert.deepEqual(appointment('e-conditional'), [id('importPatients', 'p-full'), emard, north])
  assert.deepEqual(appointment('e-overlap'), [id('importPatients', 'p-last'), hintz, home])
  assert.deepEqual(appointment('e-logical'), [id('importPatients', 'p-ten-digits'), hintz, north])
})

test('organisations are facilities, practitioners contacts in them, and a general practitioner is the family’s', async () => {
  const gateway = createFakeGateway()
  await run(gateway)
  const facility = gateway.records('importFacilities').get('o-north')
  assert.equal(facility?.item['name'], 'North Clinics')
  const contact = gateway.records('importContacts').get('d-emard')
  assert.equal(contact?.item['facilityId'], facility.id)
  const patients = [...gateway.records('importPatients').values()].map(({ item }) => item)
  const practitioners = patients.map((item) => [item['primaryPractitionerId'], item['familyPractitionerId']])
  const provider = gateway.records('importProviders').get('d-emard')
  assert.deepEqual(
    practitioners.filter(([primary]) => primary === provider?.id).map(([, family]) => family),
    practitioners.filter(([, family]) => family).map(() => contact.id),
  )
})

test('identifications name the template that was imported for their system', async () => {
  const gateway = createFakeGateway()
  await run(gateway)
  const template = gateway.records('importIdentificationTemplates').get('http://hl7.org/fhir/sid/us-ssn')
  assert.equal(template?.item['name'], 'Social Security Number')
  const patient = gateway.records('importPatients').get('p-full')?.item
  assert.deepEqual(patient?.['identifications'], [{ templateId: Number(template.id), value: '999-94-5397' }])
})

test('batches stay within their size and few are under way at once', async () => {
  const gateway = createFakeGateway()
  await run(gateway, { batchItems: 1, concurrency: 2 })
  assert(gateway.batches.every(({ items }) => items === 1))
  assert.equal(gateway.mostAtOnce(), 2)
  const bySize = createFakeGateway()
  await run(bySize, { batchBytes: 10 })
  assert(bySize.batches.every(({ items }) => items === 1))
})

test('a batch refused for one item goes in without that item', async () => {
  const bad = (item: object) => JSON.stringify(item).includes('p-ten-digits')
  const error = { message: 'A Phone must be a phone number.', extensions: { code: 'BAD_USER_INPUT' } }
  const gateway = createFakeGateway((field, items) =>
    field === 'importPatients' && items.some(bad) ? { errors: [error] } : null,
  )
  const report = await run(gateway)
  const patients = report.types.find(({ type }) => type === 'Patient')
  assert.equal(patients?.created, 3)
  assert.deepEqual(
    patients.reasons.filter(({ reason }) => reason.startsWith('A Phone')),
    [{ reason: error.message, count: 1, examples: [{ file: 'Patient.000.ndjson', line: 3 }] }],
  )
})

test('what passes by itself is tried again, and loses nothing', async () => {
  let failures = 3
  const gateway = createFakeGateway(() => {
    failures -= 1
    if (failures === 1) throw new Error('connect ECONNREFUSED')
    return failures >= 0
      ? { errors: [{ message: 'Retry.', extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }] }
      : null
  })
  const report = await run(gateway)
  assert.equal(report.stopped, null)
  assert.equal(report.types.find(({ type }) => type === 'Location')?.created, 4)
})

test('a gateway that stays away stops the import, and the report says so', async () => {
  const gateway = createFakeGateway((field) => {
    if (field === 'importPatients') throw new Error('connect ECONNREFUSED')
    return null
  })
  const report = await run(gateway)
  assert.match(report.stopped ?? '', /After 4 attempts .*ECONNREFUSED/)
  assert.equal(
    report.types.some(({ type }) => type === 'Encounter'),
    false,
  )
})

test('a refusal that no item is to blame for stops the import at once', async () => {
  const error = { message: 'The token is not valid.', extensions: { code: 'UNAUTHENTICATED' } }
  const gateway = createFakeGateway(() => ({ errors: [error] }))
  assert.equal((await run(gateway)).stopped, error.message)
  assert.equal(gateway.batches.length, 1)
})

test('an interruption stops the import after the batches under way', async () => {
  const report = await run(createFakeGateway(), { signal: AbortSignal.abort() })
  assert.match(report.stopped ?? '', /interrupted/)
})

test('a folder that is none, or holds no bulk data, is told in a sentence', async () => {
  const fixtures = fileURLToPath(new URL('fixtures', import.meta.url))
  await assert.rejects(run(createFakeGateway(), { folder: `${fixtures}/none` }), ImportError)
  await assert.rejects(
    run(createFakeGateway(), { folder: fixtures }),
    /holds no file named like Patient.ndjson/,
  )
})

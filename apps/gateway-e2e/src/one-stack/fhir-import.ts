import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { after, before, test } from 'node:test'
import { importFhir } from '@commonchart/tools/fhir'
import { openStack } from '../shared-stack.ts'
import type { Stack } from '../stack.ts'

const root = new URL('../../../../', import.meta.url)
const data = new URL(`${process.env.COMMONCHART_DATA ?? '../shared/data'}/`, root)
const skip = existsSync(data) ? false : `there is no real input at ${fileURLToPath(data)} (COMMONCHART_DATA)`

let stack: Stack
before(async () => {
  if (!skip) stack = await openStack()
})
after(() => stack?.stop())

async function importFolder(name: string) {
  const send = async (query: string, variables: Record<string, unknown>) =>
    (await stack.north.askSettings(query, variables)).body
  const report = await importFhir({ folder: fileURLToPath(new URL(name, data)), send })
  return Object.fromEntries(report.types.map((type) => [type.type, type]))
}

test(
  '120 real patients and the 13 of the small set, who are among them, are imported and queried',
  { skip },
  async () => {
    const large = await importFolder('fhir-r4-100')
    assert.equal(large.Patient?.created, 120, JSON.stringify(large.Patient))
    // Five of the 271 have no e-mail address, neither of their own nor from a role, and CHR's provider must have one.
    assert.deepEqual([large.Practitioner?.created, large.Practitioner?.refused], [266, 5])
    assert.equal(large.Location?.created, 272)
    assert.deepEqual([large.Organization?.created, large['Practitioner contacts']?.created], [271, 271])
    const small = await importFolder('fhir-r4-10')
    assert.equal(small.Patient?.created, 0)
    assert.equal(small.Patient?.unchanged, 13, JSON.stringify(small.Patient))
    assert.equal(small.Encounter?.created, 1215, JSON.stringify(small.Encounter))
    const { body, text } = await stack.north.ask(`{
    patients(first: 100) { totalCount nodes { fullName identifications { value template { name } } } }
    appointments(first: 100) { totalCount nodes { date patient { fullName } provider { fullName } location { name } service { name } } }
  }`)
    assert.equal(body.errors, undefined, text.slice(0, 1000))
    assert.equal(body.data?.patients.totalCount, 120)
    assert.equal(body.data?.appointments.totalCount, 1215)
    for (const patient of body.data?.patients.nodes)
      assert.ok(patient.fullName && patient.identifications.length > 0)
    for (const { patient, provider, location, service } of body.data?.appointments.nodes)
      assert.ok(patient.fullName && provider.fullName && location.name && service.name)
    const book = await stack.north.ask(`{
      contacts(name: "emard") { nodes { titleRawValue title lastName occupation facility { name city categoryRawValue } } }
      facilities(categoryRawValue: "healthcare provider") { totalCount }
    }`)
    assert.equal(book.body.errors, undefined, book.text)
    assert.equal(book.body.data?.facilities.totalCount, 271)
    for (const { title, titleRawValue, occupation, facility } of book.body.data?.contacts.nodes) {
      assert.deepEqual([title, titleRawValue, occupation], ['DR', 'Dr.', 'MEDICAL_DOCTOR'])
      assert.ok(facility.name && facility.city)
    }
    assert.ok(book.body.data?.contacts.nodes.length > 0)
    const elsewhere = await stack.south.ask('{ patients { totalCount } appointments { totalCount } }')
    assert.deepEqual(elsewhere.body.data, { patients: { totalCount: 0 }, appointments: { totalCount: 0 } })
  },
)

test('importing the same again changes nothing', { skip }, async () => {
  const again = await importFolder('fhir-r4-10')
  for (const [type, { created, updated, refused }] of Object.entries(again))
    assert.deepEqual({ created, updated, refused }, { created: 0, updated: 0, refused: 0 }, type)
})

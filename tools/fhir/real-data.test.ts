import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createFakeGateway } from './fake-gateway.ts'
import { importFhir } from './import.ts'
import type { Report } from './report.ts'

const data =
  process.env['COMMONCHART_DATA'] ?? fileURLToPath(new URL('../../../shared/data', import.meta.url))
const small = join(data, 'fhir-r4-10')
const large = join(data, 'fhir-r4-100')
const skip =
  existsSync(small) && existsSync(large) ? false : `no Synthea data under ${data}: set COMMONCHART_DATA`

function made(report: Report, type: string): number[] {
  const found = report.types.find((one) => one.type === type)
  return found ? [found.read, found.created, found.unchanged, found.updated, found.refused] : []
}

function reasons(report: Report): string[] {
  return report.types.flatMap(({ type, reasons: all }) =>
    all.map(({ reason, count }) => `${type}: ${count} × ${reason}`),
  )
}

test(
  'the small set goes in whole, with the encounter whose clock was put back while it lasted',
  { skip },
  async () => {
    const { send } = createFakeGateway()
    const report = await importFhir({ folder: small, send })
    assert.deepEqual(made(report, 'Patient'), [13, 13, 0, 0, 0])
    assert.deepEqual(made(report, 'Practitioner'), [43, 43, 0, 0, 0])
    assert.deepEqual(made(report, 'Organization'), [43, 43, 0, 0, 0])
    assert.deepEqual(made(report, 'Practitioner contacts'), [43, 43, 0, 0, 0])
    assert.deepEqual(made(report, 'PractitionerRole'), [43, 0, 0, 0, 0])
    assert.deepEqual(made(report, 'Location'), [44, 44, 0, 0, 0])
    assert.deepEqual(made(report, 'Encounter types'), [27, 27, 0, 0, 0])
    assert.deepEqual(made(report, 'Encounter'), [1215, 1215, 0, 0, 0])
    assert.deepEqual(reasons(report), [])
    const counted = report.types
      .filter(({ handling }) => handling === 'counted')
      .map(({ type, read }) => `${type} ${read}`)
    assert.deepEqual(counted.sort(), [
      'AllergyIntolerance 11',
      'Condition 555',
      'Immunization 161',
      'MedicationRequest 1745',
    ])
  },
)

test('the patients of the small set are among those of the large one, unchanged', { skip }, async () => {
  const { send } = createFakeGateway()
  await importFhir({ folder: large, send })
  const report = await importFhir({ folder: small, send })
  assert.deepEqual(made(report, 'Patient'), [13, 0, 13, 0, 0])
  assert.deepEqual(made(report, 'Practitioner'), [43, 0, 43, 0, 0])
  assert.deepEqual(made(report, 'Location'), [44, 0, 44, 0, 0])
  assert.deepEqual(made(await importFhir({ folder: large, send }), 'Patient'), [120, 0, 120, 0, 0])
})

test('importing the small set twice changes nothing', { skip }, async () => {
  const { send } = createFakeGateway()
  await importFhir({ folder: small, send })
  const again = await importFhir({ folder: small, send })
  for (const { type, created, updated } of again.types)
    assert.deepEqual([type, created, updated], [type, 0, 0])
})

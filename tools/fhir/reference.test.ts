import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createReferenceMap } from './reference-map.ts'

const npi = { system: 'http://hl7.org/fhir/sid/us-npi', value: '9999908392' }

function known() {
  const map = createReferenceMap()
  map.add('Practitioner', { id: 'a', identifiers: [npi] }, '7')
  map.add('Location', { id: 'a', identifiers: [] }, '8')
  map.add('Patient', { id: '0965e26a-8bc3-395f-b7b0-4620fb6e778c', identifiers: [] }, '9')
  return map
}

const forms: [string, unknown][] = [
  ['by type and id', { reference: 'Practitioner/a' }],
  ['by type, id and version', { reference: 'Practitioner/a/_history/3' }],
  ['by an absolute address', { reference: 'https://ehr.example/r4/Practitioner/a' }],
  ['by a conditional reference', { reference: `Practitioner?identifier=${npi.system}|${npi.value}` }],
  [
    'by an encoded conditional reference',
    { reference: `Practitioner?identifier=${encodeURIComponent(`${npi.system}|${npi.value}`)}` },
  ],
  ['by a logical reference', { identifier: npi, display: 'Dr. Emard' }],
  ['by a logical reference with a type', { type: 'Practitioner', identifier: npi }],
  [
    'by the identifier beside a literal that leads nowhere',
    { reference: 'Practitioner/gone', identifier: npi },
  ],
]

for (const [how, reference] of forms) {
  test(`a record is found ${how}`, () => {
    assert.deepEqual(known().resolve(reference, ['Practitioner']), { id: '7' })
  })
}

test('a record is found by its UUID as a URN, in any case', () => {
  const reference = { reference: 'urn:uuid:0965E26A-8bc3-395f-b7b0-4620fb6e778c' }
  assert.deepEqual(known().resolve(reference, ['Patient']), { id: '9' })
})

const failures: [string, unknown, RegExp][] = [
  ['nothing', undefined, /there is no reference/],
  ['words alone', { display: 'Dr. Emard' }, /neither a literal reference nor an identifier/],
  ['a contained resource', { reference: '#p1' }, /contained/],
  ['another type', { reference: 'Group/a' }, /names a Group, not a Practitioner/],
  ['an unknown id', { reference: 'Practitioner/b' }, /not among those imported/],
  ['an unknown identifier', { identifier: { ...npi, value: '1' } }, /not among those imported/],
  ['a search for something else', { reference: 'Practitioner?name=Emard' }, /one identifier alone/],
  ['an identifier without a system', { reference: 'Practitioner?identifier=9' }, /SYSTEM\|VALUE/],
  ['a form that FHIR has not', { reference: 'practitioner a' }, /form that is not known/],
]

for (const [what, reference, reason] of failures) {
  test(`a reference to ${what} is told as such`, () => {
    const resolved = known().resolve(reference, ['Practitioner'])
    assert.match('problem' in resolved ? resolved.problem : '', reason)
  })
}

test('an identifier that two records bear leads to neither', () => {
  const map = known()
  map.add('Practitioner', { id: 'b', identifiers: [npi] }, '10')
  const resolved = map.resolve({ identifier: npi }, ['Practitioner'])
  assert.match('problem' in resolved ? resolved.problem : '', /more than one Practitioner/)
  assert.deepEqual(map.resolve({ reference: 'Practitioner/b' }, ['Practitioner']), { id: '10' })
})

test('any identifier with a system and a value is found by a conditional and by a logical reference', () => {
  const part = fc
    .string({ minLength: 1 })
    .map((one) => one.trim())
    .filter((one) => one !== '' && !one.includes('|'))
  fc.assert(
    fc.property(part, part, (system, value) => {
      const map = createReferenceMap()
      map.add('Location', { id: null, identifiers: [{ system, value }] }, '1')
      const encoded = encodeURIComponent(`${system}|${value}`)
      assert.deepEqual(map.resolve({ reference: `Location?identifier=${encoded}` }, ['Location']), {
        id: '1',
      })
      assert.deepEqual(map.resolve({ identifier: { system, value } }, ['Location']), { id: '1' })
    }),
  )
})

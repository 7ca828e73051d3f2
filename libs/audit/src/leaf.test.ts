import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { encodeLeaf, type LeafFacts } from './leaf.ts'

const text = fc.string({
  unit: fc.constantFrom('a', 'b', '\u0000', '\u00ff', ',', '"', 'é', '𝄞'),
  maxLength: 4,
})
const maybe = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> => fc.option(value, { freq: 2 })
const number = fc.constantFrom(0, 1, 11, 111)
const facts: fc.Arbitrary<LeafFacts> = fc.record({
  domainId: number,
  id: text,
  kind: fc.constantFrom('REQUEST', 'READ', 'CHANGE'),
  occurredAt: text,
  requestId: text,
  actor: maybe(fc.record({ kind: text, id: text, name: text, role: maybe(text) })),
  keyId: maybe(text),
  ip: maybe(text),
  action: text,
  recordType: maybe(text),
  recordId: maybe(text),
  recordVersion: maybe(number),
  patientId: maybe(text),
  fields: fc.array(text, { maxLength: 3 }),
  counts: maybe(fc.dictionary(text, number, { maxKeys: 3, noNullPrototype: true })),
  seen: maybe(
    fc.array(
      fc.record({
        counts: fc.dictionary(text, number, { maxKeys: 2, noNullPrototype: true }),
        patientIds: fc.array(text, { maxLength: 3 }),
      }),
      { maxLength: 3 },
    ),
  ),
  outcome: text,
  detailHash: maybe(text),
  durationMs: maybe(number),
  count: number,
})
const hex = (leaf: LeafFacts): string => Buffer.from(encodeLeaf(leaf)).toString('hex')

test('no two leaves have the same bytes, and the same facts always have the same', () => {
  fc.assert(
    fc.property(facts, facts, (one, other) => {
      assert.equal(hex(one), hex(structuredClone(one)))
      if (!isSame(one, other)) assert.notEqual(hex(one), hex(other))
    }),
    { numRuns: 2000 },
  )
})

test('a change of any one fact changes the bytes', () => {
  fc.assert(
    fc.property(facts, facts, fc.nat(), (one, other, at) => {
      const keys = Object.keys(one) as (keyof LeafFacts)[]
      const key = keys[at % keys.length]
      assert.ok(key)
      const changed = { ...one, [key]: other[key] }
      assert.equal(hex(one) === hex(changed), isSame(one, changed))
    }),
    { numRuns: 2000 },
  )
})

test('what moves from one list or name into the next is another leaf', () => {
  const [base] = fc.sample(facts, { numRuns: 1, seed: 1 })
  assert.ok(base)
  const actor = { kind: 'person', id: '1', name: 'ab', role: 'c' }
  for (const [one, other] of [
    [{ fields: ['a', 'b'] }, { fields: ['ab'] }],
    [{ fields: [] }, { fields: [''] }],
    [{ counts: {} }, { counts: null }],
    [{ counts: { a: 11 } }, { counts: { a1: 1 } }],
    [{ seen: [] }, { seen: null }],
    [{ seen: [{ counts: {}, patientIds: ['1', '2'] }] }, { seen: [{ counts: {}, patientIds: ['12'] }] }],
    [
      { seen: [{ counts: { a: 1 }, patientIds: ['1'] }] },
      { seen: [{ counts: {}, patientIds: ['a', '1', '1'] }] },
    ],
    [{ actor }, { actor: { ...actor, name: 'a', role: 'bc' } }],
    [
      { keyId: '', ip: null },
      { keyId: null, ip: '' },
    ],
  ] as Partial<LeafFacts>[][])
    assert.notEqual(hex({ ...base, ...one }), hex({ ...base, ...other }))
})

test('counts are encoded by type, however the database gives them back', () => {
  const [base] = fc.sample(facts, { numRuns: 1, seed: 1 })
  assert.ok(base)
  assert.equal(
    hex({ ...base, counts: { Patient: 1, Appointment: 2 } }),
    hex({ ...base, counts: { Appointment: 2, Patient: 1 } }),
  )
})

test('the bytes of a leaf stay what they are: hashes that were given out rest on them', () => {
  const leaf: LeafFacts = {
    ...{ domainId: 7, id: '01890000-0000-7000-8000-000000000001', kind: 'READ' },
    ...{ occurredAt: '2026-03-08T09:30:00.000Z', requestId: 'r', action: 'patient.read' },
    ...{ actor: { kind: 'consumer', id: '3', name: 'Portal', role: null }, keyId: '4', ip: '::1' },
    ...{ recordType: null, recordId: null, recordVersion: null, patientId: '5', fields: [] },
    ...{ counts: { Patient: 2 }, outcome: 'SUCCESS', detailHash: null, durationMs: null, count: 1 },
  }
  const parts = [
    'commonchart-audit-leaf-v1',
    '7',
    leaf.id,
    'READ',
    leaf.occurredAt,
    'r',
    'consumer',
    '3',
    'Portal',
  ]
  const part = (value: string): string =>
    Buffer.byteLength(value).toString(16).padStart(8, '0') + Buffer.from(value).toString('hex')
  const nothing = 'ffffffff'
  assert.equal(
    hex(leaf),
    [
      ...[
        ...parts.map(part),
        nothing,
        part('4'),
        part('::1'),
        part('patient.read'),
        nothing,
        nothing,
        nothing,
      ],
      ...[part('5'), '00000000', '00000010', part('Patient'), part('2'), part('SUCCESS'), nothing, nothing],
      part('1'),
    ].join(''),
  )
})

test('a leaf of several patients says so at its beginning, and ends with them in groups', () => {
  const [base] = fc.sample(facts, { numRuns: 1, seed: 1 })
  assert.ok(base)
  const part = (value: string): string =>
    Buffer.byteLength(value).toString(16).padStart(8, '0') + Buffer.from(value).toString('hex')
  const list = (...parts: string[]): string =>
    (parts.join('').length / 2).toString(16).padStart(8, '0') + parts.join('')
  const alone = hex({ ...base, seen: null })
  const several = hex({
    ...base,
    seen: [
      { counts: { Patient: 1, Appointment: 2 }, patientIds: ['7', '12'] },
      { counts: { Patient: 3 }, patientIds: ['é'] },
    ],
  })
  const [first, second] = ['commonchart-audit-leaf-v1', 'commonchart-audit-leaf-v2'].map(part)
  assert.ok(first && second && alone.startsWith(first))
  const groups = list(
    ...[list(...['Appointment', '2', 'Patient', '1'].map(part)), list(part('7'), part('12'))],
    ...[list(part('Patient'), part('3')), list(part('é'))],
  )
  assert.equal(several, second + alone.slice(first.length) + groups)
})

/** Whether two leaves state the same facts; the order of types says nothing. */
function isSame(one: LeafFacts, other: LeafFacts): boolean {
  const write = (leaf: LeafFacts): string =>
    JSON.stringify(leaf, (_, each: unknown) =>
      each !== null && typeof each === 'object' && !Array.isArray(each)
        ? Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1))
        : each,
    )
  return write(one) === write(other)
}

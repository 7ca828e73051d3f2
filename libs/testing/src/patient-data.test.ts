import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildSchema } from 'graphql'
import { findPatientDataFaults, findPatientTypes, judgeVisit, listPatientVisits } from './index.ts'

const base = `
  type Query { patient(id: ID!): Patient patients: PatientConnection places: [Place!]! tags: [Tag!]! }
  type Mutation { write: WritePayload }
  type WritePayload { clientMutationId: String patient: Patient }
  type PatientConnection { nodes: [Patient] edges: [PatientEdge] pageInfo: PageInfo! totalCount: Int! }
  type PatientEdge { cursor: String! node: Patient }
  type PageInfo { endCursor: String }
  type Patient { id: ID! name: String numbers: [Number!]! tags: [Tag!]! }
  type Number { value: String }
  type Tag { name: String }
  type Place { name: String }`
const declared = { patientOf: { Patient: String, Number: String }, exempt: {} }
const faultsOf = (more: string, { patientOf, exempt } = declared) =>
  findPatientDataFaults(buildSchema(base + more), { patientOf, exempt })

test('patients’ data is what leads to a patient or stands only below one', () => {
  assert.deepEqual([...findPatientTypes(buildSchema(base))].sort(), [
    'Number',
    'PageInfo',
    'Patient',
    'PatientConnection',
    'PatientEdge',
    'WritePayload',
  ])
  assert.deepEqual(faultsOf(''), [])
})

const undeclared: [string, string, string][] = [
  [
    'stands below a patient',
    'extend type Patient { allergies: [Allergy!]! } type Allergy { substance: String }',
    'Allergy',
  ],
  [
    'leads to a patient',
    'extend type Query { visits: [Visit!]! } type Visit { reason: String patient: Patient }',
    'Visit',
  ],
  [
    'is asked by patient',
    'extend type Query { labs(patientId: ID!): [Lab!]! } type Lab { result: String }',
    'Lab',
  ],
  [
    'has a patient’s id',
    'extend type Query { bill(id: ID!): Bill } type Bill { patientId: ID sum: Int }',
    'Bill',
  ],
  [
    'implements what stands below a patient',
    'extend type Patient { items: [Item!]! } interface Item { id: ID } type Drug implements Item { id: ID }',
    'Drug',
  ],
]
for (const [how, more, type] of undeclared)
  test(`a new type that ${how} is a fault until it says whose its rows are`, () => {
    assert.deepEqual(faultsOf(more), [`${type} holds patients' data and is not in patientOf`])
    assert.deepEqual(faultsOf(more, { ...declared, exempt: { [type]: 'why' } }), [])
  })

test('an entity that stands below a patient is one of the patient’s data, though the gateway can ask for it alone', () => {
  const entity = `extend type Patient { letters: [Letter!]! } type Letter { id: ID! text: String }
    extend type Query { _entities(representations: [ID!]!): [_Entity]! } union _Entity = Patient | Letter`
  assert.deepEqual(faultsOf(entity), ["Letter holds patients' data and is not in patientOf"])
})

test('a payload that says more than that it was written is a fault', () => {
  assert.deepEqual(faultsOf('extend type WritePayload { name: String }'), [
    "WritePayload holds patients' data and is not in patientOf",
  ])
})

test('a bare value that is asked by patient is a fault', () => {
  assert.deepEqual(faultsOf('extend type Query { weight(patientId: ID!): Int }'), [
    'Query.weight is asked by patientId and gives no record that names one',
  ])
})

test('an entry for what holds no patient’s data is a fault', () => {
  assert.deepEqual(faultsOf('', { ...declared, exempt: { Place: 'why', Gone: 'why' } } as never), [
    "Place holds no patient's data",
    "Gone holds no patient's data",
  ])
})

test('every single value is visited alone, along every way', () => {
  const visits = listPatientVisits(buildSchema(base), {
    'Query.patient': 'id: 1',
    'Query.patients': '',
    'Mutation.write': '',
  })
  const asked = visits.map(({ path }) => path.join('.'))
  assert.deepEqual(asked.slice(0, 4), [
    'patient.id',
    'patient.name',
    'patient.numbers.value',
    'patient.tags.name',
  ])
  for (const path of [
    'patients.nodes.name',
    'patients.edges.cursor',
    'patients.pageInfo.endCursor',
    'write.patient.id',
  ])
    assert.ok(asked.includes(path), path)
  assert.ok(!asked.some((path) => /totalCount|clientMutationId|places/.test(path)))
  assert.equal(visits[1]?.query, 'query { patient(id: 1) { ... on Patient { name } } }')
  assert.throws(() => listPatientVisits(buildSchema(base), {}), /no arguments for Query.patient/)
})

test('a visit fails where an answer with data names no patient, and where there is no data to show', () => {
  const visit = { root: 'Query.patients', path: ['patients', 'nodes', 'name'], query: '' }
  const data = { patients: { nodes: [null, { name: null }] } }
  const recorder = { reads: [{ patientId: '1', types: { Patient: 1 } }], changes: [] }
  assert.equal(judgeVisit(visit, { data, extensions: { recorder } }), null)
  assert.match(String(judgeVisit(visit, { data })), /names no patient/)
  assert.match(
    String(judgeVisit(visit, { data, extensions: { recorder: { reads: [] } } })),
    /names no patient/,
  )
  assert.match(String(judgeVisit(visit, { data: { patients: { nodes: [] } } })), /no row/)
  assert.match(String(judgeVisit(visit, { data: null, errors: [{ message: 'wrong' }] })), /wrong/)
})

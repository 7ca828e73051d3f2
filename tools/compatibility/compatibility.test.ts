import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildSchema } from 'graphql'
import { listAdditions } from './additions.ts'
import { judgeCompatibility, readPublicGraph } from './check.ts'
import { compareWithSurface } from './compare.ts'
import { fingerprint } from './document.ts'
import { readSurface, type Surface } from './surface.ts'

const surface = readSurface()
const needsSurface = surface ? {} : { skip: 'the published surface (../shared/reference) is not at hand' }

test('docs/chr-compatibility.md says what the graph serves', needsSurface, async () => {
  assert.equal(await judgeCompatibility(), null)
})

test('without the published surface, docs/chr-compatibility.md is known to be made from this graph', async () => {
  assert.equal(await judgeCompatibility(null), null)
})

test('everything that is not CHR’s says "(ours)" where integrators read it', needsSurface, () => {
  const unmarked = listAdditions(surface as Surface, readPublicGraph()).filter((each) => !each.isMarked)
  assert.deepEqual(
    unmarked.map(({ path }) => path),
    [],
  )
})

const published: Surface = {
  about: '',
  queryType: 'Query',
  mutationType: 'Mutation',
  types: {
    Query: { kind: 'OBJECT', fields: { patient: { type: 'Patient', args: { id: { type: 'ID!' } } } } },
    Patient: {
      kind: 'OBJECT',
      fields: {
        name: { type: 'String' },
        tags: { type: '[String!]' },
        hasAllergies: { type: 'Boolean!' },
        labs: { type: '[LabResult!]' },
      },
    },
    PatientInput: { kind: 'INPUT_OBJECT', inputFields: { name: { type: 'String!' } } },
  },
}

function absentOf(sdl: string): string[] {
  const elements = compareWithSurface(published, buildSchema(sdl))
  return elements
    .filter((each) => !each.isServed)
    .map(({ path, owner }) => `${path}${owner ? ` ${owner}` : ''}`)
}

test('outputs may be stricter and inputs looser than CHR’s, and nothing else', () => {
  const query = 'type Query { patient(id: ID): Patient! }'
  const served = `${query} type Patient { name: String! tags: [String!]! more: Int } input PatientInput { name: String more: Int }`
  assert.deepEqual(absentOf(served), ['Patient.hasAllergies chart', 'Patient.labs chart'])
  const unfit = `${query} type Patient { name: Int tags: [String] } input PatientInput { name: String more: Int! }`
  assert.deepEqual(absentOf(unfit), [
    'Patient.name',
    'Patient.tags',
    'Patient.hasAllergies chart',
    'Patient.labs chart',
    'PatientInput.more is required',
  ])
})

test('the fingerprint of a graph rests on names and types alone', () => {
  const one = fingerprint(buildSchema('type Query { "A." a: Int b: Int }'))
  assert.equal(fingerprint(buildSchema('type Query { b: Int "Another." a: Int }')), one)
  assert.notEqual(fingerprint(buildSchema('type Query { a: Int! b: Int }')), one)
})

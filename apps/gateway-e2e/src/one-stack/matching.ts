import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { isEnumType } from 'graphql'
import { change } from '../clinic.ts'
import { external, importOne } from '../imports.ts'
import { codeOf, perform, type AskGraph } from '../mutations.ts'
import { createPatient } from '../records.ts'
import { readSettingsSchema } from '../schema.ts'
import { openStack } from '../shared-stack.ts'
import type { Stack } from '../stack.ts'

const schema = readSettingsSchema()
let stack: Stack
const ask: AskGraph = (query, variables) => stack.north.ask(query, variables)
let templateIds: number[]
const ids: Record<string, string> = {}
const people: Record<string, Record<string, unknown>> = {
  robert: {
    ...{ firstName: 'Robert', middleName: 'Quinlan', lastName: 'Thornbury', preferredName: 'Skip' },
    ...{ dateOfBirth: '1956-03-12', gender: 'MALE', phone: '604 555 0123', email: 'rob.t@example.test' },
  },
  archived: { firstName: 'Robert', lastName: 'Thornbury', dateOfBirth: '1956-03-12', gender: 'MALE' },
  stephen: { firstName: 'Stephen', lastName: 'Phillips', dateOfBirth: '1962-12-25', gender: 'MALE' },
  before: { firstName: 'Maude', lastName: 'Maidenhead', dateOfBirth: '1970-01-01', gender: 'FEMALE' },
  after: { firstName: 'Maude', lastName: 'Wedlock', dateOfBirth: '1970-01-01', gender: 'FEMALE' },
}
before(async () => {
  stack = await openStack()
  const { north } = stack
  templateIds = []
  for (const name of ['Card', 'Plan'])
    templateIds.push(
      Number(
        await importOne(
          north,
          'importIdentificationTemplates',
          { externalId: external(name), name },
          'CREATED',
        ),
      ),
    )
  const identifications = [{ value: '9876 543 217', templateId: templateIds[0] }]
  for (const [name, each] of Object.entries(people))
    ids[name] = (await createPatient(north, { ...each, ...(name === 'robert' && { identifications }) })).id
  await perform(ask, 'archivePatient', { id: ids.archived }, 'patient { id }')
  // Whoever was merged into a chart is a name that it bore before.
  await perform(ask, 'mergePatients', { keptId: ids.after, mergedId: ids.before }, 'kept { id }')
})
after(() => stack.stop())

const valuesOf = (name: string): string[] => {
  const type = schema.getType(name)
  assert.ok(isEnumType(type), name)
  return type
    .getValues()
    .map((value) => value.name)
    .sort()
}

async function search(text: string, more = '') {
  const { body, text: answer } = await stack.north.ask(
    `query ($text: SearchString!) { searchPatients(text: $text${more}) {
       edges { cursor node { score patient { id } } } nodes { score patient { id } reasons { text field how } }
       pageInfo { startCursor endCursor hasNextPage hasPreviousPage } } }`,
    { text },
  )
  assert.equal(body.errors, undefined, answer)
  return body.data?.searchPatients
}

const searches: [string, string, string][] = [
  ['robert', 'robert', 'FIRST_NAME EQUAL'],
  ['bob', 'robert', 'FIRST_NAME NICKNAME'],
  ['quinlan', 'robert', 'MIDDLE_NAME EQUAL'],
  ['skip', 'robert', 'PREFERRED_NAME EQUAL'],
  ['thorn', 'robert', 'LAST_NAME BEGINS'],
  ['thornbery', 'robert', 'LAST_NAME TYPO'],
  ['filips', 'stephen', 'LAST_NAME SOUND'],
  ['maidenhead', 'after', 'FORMER_NAME EQUAL'],
  ['12 mars 1956', 'robert', 'DATE_OF_BIRTH EQUAL'],
  ['(604) 555-0123', 'robert', 'PHONE EQUAL'],
  ['555-0123', 'robert', 'PHONE ENDS'],
  ['ROB.T@example.test', 'robert', 'EMAIL EQUAL'],
  ['9876543217', 'robert', 'IDENTIFICATION EQUAL'],
]

test('a search finds people by all that is known of them, and says why', async () => {
  const reasons: { field: string; how: string }[] = []
  for (const [text, name, reason] of searches) {
    const { nodes, edges, pageInfo } = await search(text)
    assert.equal(nodes[0]?.patient.id, ids[name], text)
    assert.equal(`${nodes[0].reasons[0].field} ${nodes[0].reasons[0].how}`, reason)
    assert.deepEqual([pageInfo.startCursor, pageInfo.endCursor], [edges[0].cursor, edges.at(-1).cursor])
    reasons.push(...nodes[0].reasons)
  }
  for (const [type, seen] of [
    ['PatientSearchFieldEnum', reasons.map(({ field }) => field)],
    ['PatientSearchMannerEnum', reasons.map(({ how }) => how)],
  ] as const)
    assert.deepEqual([...new Set(seen)].sort(), valuesOf(type))
})

test('a search is read in pages, with archived patients if they are asked for', async () => {
  const all = await search('thornbury', ', includeArchived: true')
  assert.deepEqual(
    new Set(all.nodes.map((hit: { patient: { id: string } }) => hit.patient.id)),
    new Set([ids.robert, ids.archived]),
  )
  assert.deepEqual(
    (await search('thornbury')).nodes.map((hit: { patient: { id: string } }) => hit.patient.id),
    [ids.robert],
  )
  const first = await search('thornbury', ', includeArchived: true, first: 1')
  assert.deepEqual([first.nodes.length, first.pageInfo.hasNextPage], [1, true])
  const after = `, includeArchived: true, first: 1, after: "${first.pageInfo.endCursor}"`
  const second = await search('thornbury', after)
  assert.deepEqual(
    [...first.edges, ...second.edges].map(({ node }) => node.score),
    [1, 1],
  )
  assert.deepEqual([second.pageInfo.hasNextPage, second.pageInfo.hasPreviousPage], [false, true])
  assert.deepEqual([...first.nodes, ...second.nodes], all.nodes)
})

const known = { firstName: 'Robert', lastName: 'Thornbury', dateOfBirth: '1956-03-12', gender: 'MALE' }
interface Match {
  patient: { id: string }
  confidence: string
  criteria: { criterion: string; agrees: boolean; how: string | null }[]
}

async function match(input: Record<string, unknown>): Promise<Match[]> {
  const { body, text } = await stack.north.ask(
    `query ($input: PatientMatchesInput!) { patientMatches(input: $input) { patient { id } confidence criteria { criterion agrees how } } }`,
    { input },
  )
  assert.equal(body.errors, undefined, text)
  return body.data?.patientMatches as Match[]
}

/** Who matches, how certainly, and how each criterion agrees. */
const brief = (matches: Match[]) =>
  matches.map(({ patient, confidence, criteria }) => [
    patient.id,
    confidence,
    criteria.map(({ how }) => how ?? '-').join(' '),
  ])

test('a person is matched by five criteria, each of which says whether and how it agrees', async () => {
  const number = { value: '9876-543-217', templateId: templateIds[0] }
  const cases: [Record<string, unknown>, unknown[]][] = [
    [{ ...known, identifications: [number] }, ['HIGH', 'EQUAL EQUAL EQUAL EQUAL EQUAL']],
    [
      { ...known, identifications: [{ ...number, templateId: templateIds[1] }] },
      ['HIGH', 'OTHER_SYSTEM EQUAL EQUAL EQUAL EQUAL'],
    ],
    [{ ...known, identifications: [{ ...number, value: '1' }] }, ['MEDIUM', '- EQUAL EQUAL EQUAL EQUAL']],
    [known, ['MEDIUM', '- EQUAL EQUAL EQUAL EQUAL']],
    [{ ...known, firstName: 'Bobby' }, ['MEDIUM', '- EQUAL EQUAL EQUAL NICKNAME']],
    [{ ...known, lastName: 'Thornburry' }, ['MEDIUM', '- EQUAL EQUAL ONE_LETTER_APART EQUAL']],
    [{ ...known, lastName: 'Zwingli' }, ['LOW', '- EQUAL EQUAL - EQUAL']],
    [
      { ...known, lastName: 'Zwingli', formerLastNames: ['Thornbury'] },
      ['MEDIUM', '- EQUAL EQUAL FORMER_NAME EQUAL'],
    ],
    [
      { ...known, firstName: 'Thornbury', lastName: 'Robert', identifications: [number] },
      ['MEDIUM', 'EQUAL EQUAL EQUAL - SWAPPED'],
    ],
    [{ ...known, gender: 'OTHER' }, ['LOW', '- EQUAL - EQUAL EQUAL']],
    [{ ...known, dateOfBirth: '1956-03-13' }, ['LOW', '- - EQUAL EQUAL EQUAL']],
    [{ ...known, firstName: 'Aloysius' }, ['LOW', '- EQUAL EQUAL EQUAL -']],
  ]
  for (const [input, expected] of cases)
    assert.deepEqual(brief(await match(input)), [[ids.robert, ...expected]], JSON.stringify(input))
  assert.deepEqual(await match({ firstName: 'Robert', lastName: 'Thornbury' }), [])
  for (const name of ['PatientMatchConfidenceEnum', 'PatientMatchAgreementEnum', 'PatientMatchCriterionEnum'])
    assert.ok(valuesOf(name).length > 2)
})

test('a chart is matched with the others, archived ones only if they are asked for', async () => {
  const of = { patientId: ids.robert }
  assert.deepEqual(brief(await match(of)), [])
  const archived = [[ids.archived, 'MEDIUM', '- EQUAL EQUAL EQUAL EQUAL']]
  assert.deepEqual(brief(await match({ ...of, includeArchived: true })), archived)
  assert.deepEqual(brief(await match({ includeArchived: true })), [])
  const answer = await stack.north.ask('{ patientMatches(input: { patientId: "999999" }) { confidence } }')
  assert.equal(codeOf(answer), 'NOT_FOUND')
})

test('a new patient who may be on the record is warned of by ids and confidence, or refused where that is wanted', async () => {
  const { north } = stack
  const input = { ...known, identifications: [{ value: '9876543217' }] }
  const create = () =>
    north.ask('mutation ($input: CreatePatientInput!) { createPatient(input: $input) { patient { id } } }', {
      input,
    })
  const set = (duplicateHandling: string) =>
    change(
      north,
      'setDuplicateHandling',
      { clientMutationId: 'c', duplicateHandling },
      'clientMutationId duplicateHandling',
    )
  const candidates = [{ patientId: ids.robert, confidence: 'HIGH' }]
  for (const value of valuesOf('DuplicateHandlingEnum').filter((each) => each !== 'WARN')) {
    assert.deepEqual(await set(value), { clientMutationId: 'c', duplicateHandling: value })
    const { body } = await north.askSettings('{ duplicateHandling }')
    assert.equal(body.data?.duplicateHandling, value)
    const refused = await create()
    assert.deepEqual(
      [codeOf(refused), refused.body.errors?.[0]?.extensions.candidates],
      ['POSSIBLE_DUPLICATE', candidates],
    )
  }
  await set('WARN')
  const { body, text } = await create()
  assert.ok(body.data?.createPatient?.patient.id, text)
  const [warning] = body.extensions?.warnings as Record<string, unknown>[]
  const { code, candidates: named, message } = warning ?? {}
  assert.deepEqual([code, named], ['POSSIBLE_DUPLICATE', candidates])
  assert.doesNotMatch(JSON.stringify([warning, message]), /Robert|Thornbury|1956|9876/i)
  const stranger = await createPatient(north, {
    firstName: 'Ulrike',
    lastName: 'Unheard',
    dateOfBirth: '1931-01-01',
  })
  assert.ok(stranger.id)
})

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { change } from '../clinic.ts'
import { attempt, codeOf, perform, type AskGraph } from '../mutations.ts'
import { query as queryDatabase } from '../record-check.ts'
import { createPatient } from '../records.ts'
import { openStack } from '../shared-stack.ts'
import type { Stack } from '../stack.ts'

interface Change {
  id: string
  patientId: string
  action: string
  occurredAt: string
  version: number
  redacted: boolean
  actor: { kind: string; id: string; name: string }
  fields: { field: string; before: string | null; after: string | null }[]
}

let stack: Stack
before(async () => {
  stack = await openStack()
})
after(() => stack.stop())

const ask: AskGraph = (query, variables) => stack.north.ask(query, variables)

const selection = `totalCount pageInfo { startCursor endCursor hasNextPage hasPreviousPage } edges { cursor node { id } }
  nodes { id patientId action occurredAt version redacted actor { kind id name } fields { field before after } }`

interface History {
  nodes: Change[]
  edges: object[]
  totalCount: number
  pageInfo: Record<'startCursor' | 'endCursor', string> & Record<'hasNextPage' | 'hasPreviousPage', boolean>
}

async function historyOf(id: string, args = ''): Promise<History> {
  const { body, text } = await ask(`query ($id: ID!) { patientHistory(id: $id${args}) { ${selection} } }`, {
    id,
  })
  assert.equal(body.errors, undefined, text)
  return body.data?.patientHistory as History
}

const update = (input: object) => perform(ask, 'updatePatient', input, 'patient { id version updatedAt }')

test('the history of a patient tells who changed what when, from what and to what, the newest first', async () => {
  const { id } = await createPatient(stack.north, { city: 'Hope' })
  await update({ id, city: 'Trail', email: 'pat@example.test' })
  await change(stack.north, 'setPatientStanding', { id, verified: true }, 'patient { id }')
  await update({ id, lastName: 'Married', city: null })
  const { nodes, totalCount, edges } = (await historyOf(id)) as {
    nodes: Change[]
    totalCount: number
    edges: object[]
  }
  assert.equal(totalCount, 4)
  assert.equal(edges.length, 4)
  assert.deepEqual(
    nodes.map(({ action, version, patientId, redacted, actor: { kind } }) => [
      action,
      version,
      patientId,
      redacted,
      kind,
    ]),
    [
      ['patient.updated', 4, id, false, 'consumer'],
      ['patient.updated', 3, id, false, 'person'],
      ['patient.updated', 2, id, false, 'consumer'],
      ['patient.created', 1, id, false, 'consumer'],
    ],
  )
  assert.deepEqual(
    [nodes[0]?.actor.id, nodes[0]?.actor.name],
    [stack.north.consumerId, `portal of ${stack.north.name}`],
  )
  assert.ok(nodes.every(({ occurredAt }) => Math.abs(Date.parse(occurredAt) - Date.now()) < 60_000))
  const of = (at: number) =>
    new Map(nodes[at]?.fields.map(({ field, before, after }) => [field, [before, after]]))
  assert.deepEqual(
    [of(0).get('city'), of(0).get('lastName')],
    [
      ['Trail', null],
      ['Doe', 'Married'],
    ],
  )
  assert.match(
    of(0).get('formerNames')?.[1] ?? '',
    /^\[\{"firstName":null,"lastName":"Doe","until":"\d{4}-\d\d-\d\d"\}\]$/,
  )
  assert.deepEqual(of(1).get('verified'), ['false', 'true'])
  assert.deepEqual([...of(2)].sort(), [
    ['city', ['Hope', 'Trail']],
    ['email', [null, 'pat@example.test']],
  ])
  assert.ok([...of(3).values()].every(([before, after]) => before === null && after === null))
})

test('the history is read in pages both ways, and nobody else’s is shown', async () => {
  const { id } = await createPatient(stack.north)
  for (const city of ['A', 'B', 'C']) await update({ id, city })
  const whole = (await historyOf(id)).nodes.map((one: Change) => one.id)
  const first = await historyOf(id, ', first: 2')
  const second = await historyOf(id, `, first: 2, after: "${first.pageInfo.endCursor}"`)
  assert.deepEqual(
    [...first.nodes, ...second.nodes].map((one: Change) => one.id),
    whole,
  )
  assert.deepEqual(
    [first.pageInfo.hasNextPage, second.pageInfo.hasNextPage, second.pageInfo.hasPreviousPage],
    [true, false, true],
  )
  await historyOf(id, ', last: 2')
  const back = await historyOf(id, `, last: 2, before: "${second.pageInfo.startCursor}"`)
  assert.deepEqual(back.nodes, first.nodes)
  const nobodys = await historyOf('999999')
  assert.deepEqual([nobodys.nodes, nobodys.totalCount], [[], 0])
  const south = await stack.south.ask('query ($id: ID!) { patientHistory(id: $id) { totalCount } }', { id })
  assert.deepEqual(south.body.data?.patientHistory, { totalCount: 0 })
})

test('what was removed from the record shows as redacted, with the names of its fields', async () => {
  const { id } = await createPatient(stack.north)
  await update({ id, city: 'Secret' })
  await queryDatabase(
    stack,
    'patients',
    `UPDATE audit_event SET before = NULL, after = NULL, salt = NULL WHERE record_id = '${id}' AND action = 'patient.updated'`,
  )
  const [newest] = (await historyOf(id)).nodes as Change[]
  assert.equal(newest?.redacted, true)
  assert.deepEqual(newest.fields, [{ field: 'city', before: null, after: null }])
})

test('a changed last name becomes a former one, another writing of it does not, and given ones take the place of all', async () => {
  const read = 'patient { lastName formerNames { firstName lastName until } }'
  const set = async (input: object) => (await perform(ask, 'updatePatient', input, read)).patient.formerNames
  const { id } = await createPatient(stack.north, {
    lastName: 'Côté',
    formerNames: [{ lastName: 'Born', until: '1999-05-04' }, { firstName: 'Patty' }],
  })
  const born = { firstName: null, lastName: 'Born', until: '1999-05-04' }
  const patty = { firstName: 'Patty', lastName: null, until: null }
  assert.deepEqual(await set({ id, city: 'Hope' }), [born, patty])
  assert.deepEqual(await set({ id, lastName: 'COTE' }), [born, patty])
  const married = await set({ id, lastName: 'Smith' })
  assert.deepEqual(married.slice(0, 2), [born, patty])
  assert.equal(married[2].lastName, 'COTE')
  assert.match(married[2].until, /^\d{4}-\d\d-\d\d$/)
  assert.deepEqual(await set({ id, lastName: 'Born' }), [...married, { ...married[2], lastName: 'Smith' }])
  assert.deepEqual(await set({ id, formerNames: [patty] }), [patty])
  assert.deepEqual(await set({ id, formerNames: null }), [])
  const refused = await attempt(
    ask,
    'updatePatient',
    { id, formerNames: [{ until: '2000-01-01' }, { lastName: 'x'.repeat(1001) }] },
    read,
  )
  assert.equal(codeOf(refused), 'VALIDATION_FAILED')
  const violations = refused.body.errors?.[0]?.extensions.violations as { path: string; rule: string }[]
  assert.deepEqual(
    violations.map(({ path, rule }) => `${path} ${rule}`),
    ['input.formerNames.0 REQUIRED', 'input.formerNames.1.lastName MAX_LENGTH'],
  )
})

test('updatedSince gives what was created or changed at that instant or later, in every order', async () => {
  const older = await createPatient(stack.north, { firstName: 'Since' })
  const { patient } = await update({
    id: (await createPatient(stack.north, { firstName: 'Since' })).id,
    city: 'A',
  })
  const newer = await createPatient(stack.north, { firstName: 'Since' })
  const everyone = await ask('query { patients { totalCount nodes { id } } }')
  assert.ok(everyone.body.data?.patients.totalCount > 2)
  for (const more of ['', ', firstName: "since"', ', orderBy: [{ field: UPDATED_AT, direction: ASC }]']) {
    const { body, text } = await ask(
      `query ($since: ISO8601DateTime) { patients(updatedSince: $since${more}) { totalCount nodes { id } } }`,
      { since: patient.updatedAt },
    )
    assert.equal(body.errors, undefined, text)
    const ids = (body.data?.patients.nodes as { id: string }[]).map(({ id }) => id)
    assert.deepEqual([...ids].sort(), [patient.id, newer.id].sort(), more)
    assert.equal(body.data?.patients.totalCount, 2)
    assert.ok(!ids.includes(older.id))
  }
})

test('phones, postal codes and provinces are kept as entered, found in another writing, and warned of when unreadable', async () => {
  let people = 0
  const create = async (input: object) =>
    attempt(
      ask,
      'createPatient',
      {
        ...{
          firstName: `Pho${(people += 1)}`,
          lastName: 'Ne',
          dateOfBirth: `${1950 + people}-01-01`,
          gender: 'MALE',
          identifications: [],
        },
        ...input,
      },
      'patient { id phone homePhone zipcode region }',
    )
  const good = {
    phone: '(604) 555-0123',
    homePhone: '+44 20 7946 0958',
    zipcode: 'v6b1a1',
    region: 'British Columbia',
  }
  const made = await create(good)
  const { id, ...kept } = made.body.data?.createPatient.patient
  assert.deepEqual([kept, made.body.extensions?.warnings], [good, undefined])
  for (const phone of [
    '6045550123',
    '+1 604 555 0123',
    '1-604-555-0123',
    '442079460958',
    '+44 (20) 7946-0958',
  ]) {
    const { body } = await ask(
      'query ($phone: PhoneSearchString) { patients(phone: $phone) { nodes { id } } }',
      { phone },
    )
    assert.deepEqual(body.data?.patients.nodes, [{ id }], phone)
  }
  const odd = await create({ phone: '12', zipcode: 'nowhere', region: 'Cascadia' })
  assert.equal(codeOf(odd), 'accepted')
  const warnings = odd.body.extensions?.warnings as { code: string; path: string }[]
  assert.deepEqual(
    warnings.map(({ code, path }) => `${path} ${code}`),
    [
      'input.phone PHONE_NOT_READABLE',
      'input.zipcode POSTAL_CODE_NOT_READABLE',
      'input.region REGION_NOT_READABLE',
    ],
  )
  const abroad = await create({ zipcode: '02139', region: 'MA', country: 'US', phone: '617-555-0123' })
  assert.equal(abroad.body.extensions?.warnings, undefined, abroad.text)
})

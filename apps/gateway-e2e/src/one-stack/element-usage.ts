import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createConsumer, type TestConsumer } from '../consumers.ts'
import { query } from '../record-check.ts'
import { openStack } from '../shared-stack.ts'
import type { Stack } from '../stack.ts'

const chart = fileURLToPath(new URL('../../../../tools/chart/main.ts', import.meta.url))
const home = mkdtempSync(join(tmpdir(), 'commonchart-usage-'))
/** What stands in variables and must stand nowhere in what is told of use. */
const secret = 'Quintessa'

let stack: Stack
let portal: TestConsumer
let kiosk: TestConsumer
let restricted: TestConsumer
const began = Date.now()
before(async () => {
  stack = await openStack()
  mkdirSync(join(home, 'keys'))
  writeFileSync(join(home, 'keys', 'operator.key.json'), JSON.stringify(stack.people.operatorJwk))
  portal = await createConsumer(stack, stack.south, { name: 'Usage portal' })
  kiosk = await createConsumer(stack, stack.south, { name: 'Usage kiosk' })
  restricted = await createConsumer(stack, stack.south, {
    name: 'Usage restricted',
    scopes: ['appointments:read'],
  })
  await use()
})
after(async () => {
  await stack.stop()
  rmSync(home, { recursive: true, force: true })
})

const patient = {
  ...{
    firstName: secret,
    lastName: secret,
    dateOfBirth: '1971-02-03',
    gender: 'FEMALE',
    phone: '613 555 0142',
  },
  identifications: [{ name: secret, value: '871623' }],
}

/** The portal creates a patient and reads it twice; the kiosk lists patients once, and asks for what there is not; a third may not ask. */
async function use(): Promise<void> {
  const made = await portal.ask(
    'mutation ($input: CreatePatientInput!) { createPatient(input: $input) { patient { id lastName } } }',
    { variables: { input: patient } },
  )
  assert.ok(made.body.data?.createPatient, made.text)
  const { id } = made.body.data.createPatient.patient as { id: string }
  for (let time = 0; time < 2; time += 1) {
    const found = await portal.ask(
      `query ${secret} ($id: ID!) { ${secret}: patient(id: $id) { ...Named } } fragment Named on Patient { lastName }`,
      { variables: { id } },
    )
    assert.ok(found.body.data, found.text)
  }
  const listed = await kiosk.ask(
    'query ($no: Boolean!) { patients(first: 3) { nodes { lastName firstName @include(if: $no) } } }',
    {
      variables: { no: false },
    },
  )
  assert.ok(listed.body.data, listed.text)
  const refused = await kiosk.ask('{ patients { nodes { id inventedByTheKiosk birthdate } } }')
  assert.equal(refused.body.errors?.[0]?.extensions.code, 'GRAPHQL_VALIDATION_FAILED', refused.text)
  const beyond = await restricted.ask('{ patients { nodes { gender } } }')
  assert.equal(beyond.body.errors?.[0]?.extensions.code, 'SCOPE_MISSING', beyond.text)
}

interface Row {
  element: string
  consumer: { id: string; name: string }
  graph: string
  requests: number
  lastUsedAt: string
}

const selection = 'nodes { element consumer { id name } graph requests lastUsedAt }'

/** All rows of the two consumers, page by page. */
async function readAll(args = ''): Promise<Row[]> {
  const rows: Row[] = []
  for (let after = ''; ;) {
    const { body, text } = await stack.south.askSettings(
      `{ elementUsage(after: "${after}"${args}) { ${selection} pageInfo { hasNextPage endCursor } } }`,
    )
    assert.ok(body.data, text)
    const { nodes, pageInfo } = body.data.elementUsage as {
      nodes: Row[]
      pageInfo: { hasNextPage: boolean; endCursor: string }
    }
    rows.push(...nodes.filter(({ consumer }) => consumer.name.startsWith('Usage ')))
    if (!pageInfo.hasNextPage) return rows
    after = pageInfo.endCursor
  }
}

const countsOf = (rows: Row[], consumer: TestConsumer): Record<string, number> =>
  Object.fromEntries(
    rows.filter((row) => row.consumer.id === consumer.id).map(({ element, requests }) => [element, requests]),
  )

test('what two programs used is told of each, with how often and when last, once their requests are answered', async () => {
  const rows = await readAll()
  assert.deepEqual(countsOf(rows, portal), {
    'CreateIdentificationInput.name': 1,
    'CreateIdentificationInput.value': 1,
    'CreatePatientInput.dateOfBirth': 1,
    'CreatePatientInput.firstName': 1,
    'CreatePatientInput.gender': 1,
    'CreatePatientInput.identifications': 1,
    'CreatePatientInput.lastName': 1,
    'CreatePatientInput.phone': 1,
    'CreatePatientPayload.patient': 1,
    'GenderEnum.FEMALE': 1,
    'Mutation.createPatient': 1,
    'Mutation.createPatient(input:)': 1,
    'Patient.id': 1,
    'Patient.lastName': 3,
    'Query.patient': 2,
    'Query.patient(id:)': 2,
  })
  assert.deepEqual(countsOf(rows, kiosk), {
    'Patient.firstName': 1,
    'Patient.lastName': 1,
    'PatientConnection.nodes': 1,
    'Query.patients': 1,
    'Query.patients(first:)': 1,
  })
  assert.deepEqual(countsOf(rows, restricted), {}, 'what was refused was not used')
  for (const { graph, lastUsedAt, consumer } of rows) {
    assert.equal(graph, 'ENTERPRISE')
    assert.ok(Date.parse(lastUsedAt) >= began - 1000 && Date.parse(lastUsedAt) <= Date.now())
    assert.match(consumer.name, /^Usage (portal|kiosk)$/)
  }
})

test('an operator reads the use of the domain that it names, by element, with its total and since when', async () => {
  const { body, text } = await stack.askOperator(
    `query ($domain: String!, $elements: [String!]) { elementUsage(domain: $domain, elements: $elements, days: 1, last: 1) {
      ${selection} edges { cursor node { element } } totalCount recordedSince pageInfo { hasPreviousPage startCursor } } }`,
    { domain: stack.south.name, elements: ['Patient.lastName', 'Patient.inventedByTheKiosk'] },
  )
  assert.ok(body.data, text)
  const { nodes, totalCount, recordedSince, edges, pageInfo } = body.data.elementUsage
  assert.deepEqual([nodes.length, nodes[0].element, totalCount], [1, 'Patient.lastName', 2])
  assert.equal(edges[0].node.element, 'Patient.lastName')
  assert.deepEqual(pageInfo, { hasPreviousPage: true, startCursor: edges[0].cursor })
  assert.ok(Date.parse(recordedSince) <= Date.now())
})

test('each argument of elementUsage narrows what is told', async () => {
  const ask = async (args: string, to = stack.south): Promise<string> => {
    const { body, text } = await to.askSettings(
      `{ elementUsage${args} { nodes { element } edges { cursor } pageInfo { startCursor endCursor hasNextPage hasPreviousPage } totalCount } }`,
    )
    assert.ok(body.data, text)
    return JSON.stringify(body.data.elementUsage)
  }
  const whole = await ask('')
  const cursors = (JSON.parse(whole) as { edges: { cursor: string }[] }).edges.map(({ cursor }) => cursor)
  const middle = cursors[Math.floor(cursors.length / 2)]
  for (const args of [
    'first: 2',
    'last: 2',
    `after: "${middle}"`,
    `before: "${middle}"`,
    'elements: ["Query.patient"]',
  ])
    assert.notEqual(await ask(`(${args})`), whole, args)
  // Use of ten days ago, which nobody could make now.
  const id = '00000000-0000-0000-0000-00000000a1d0'
  const day = new Date(Date.now() - 10 * 86_400_000)
  await query(stack, 'consumers-audit', 'SELECT make_record_day($1::date)', day.toISOString().slice(0, 10))
  await query(
    stack,
    'consumers-audit',
    `WITH used AS (INSERT INTO element_set VALUES ($1, $2, $3, '{Query.longAgo}'))
      INSERT INTO element_use VALUES ($1, $2, $4, 'enterprise', $3, 0, 7, $5)`,
    ...[stack.south.domainId, day.toISOString().slice(0, 10), id],
    ...[portal.id, day.toISOString()],
  )
  assert.notEqual(
    await ask('(elements: ["Query.longAgo"], days: 11)'),
    await ask('(elements: ["Query.longAgo"], days: 5)'),
  )
  const ofDomain = async (domain: string): Promise<unknown> =>
    (await stack.askOperator(`{ elementUsage(domain: "${domain}") { totalCount } }`)).body.data?.elementUsage
  assert.notDeepEqual(await ofDomain(stack.south.name), await ofDomain(stack.north.name))
})

test('chart usage export tells the same, one line for each program and element', async () => {
  const args = [chart, 'usage', 'export', '--domain', stack.south.name, '--days', '5']
  const env = { ...process.env, COMMONCHART_HOME: home, COMMONCHART_OPERATOR_URL: stack.operatorUrl }
  const { stdout } = await promisify(execFile)(process.execPath, args, { env })
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Row & { domain: string })
  const own = lines.filter(({ consumer }) => consumer.name.startsWith('Usage '))
  assert.deepEqual(
    own,
    (await readAll(', days: 5')).map((row) => ({ domain: stack.south.name, ...row })),
  )
  assert.ok(!stdout.includes(secret))
})

test('no value of a variable, no alias and no name that a program made up is in what is stored or told of use', async () => {
  const told = JSON.stringify(await readAll())
  const stored = JSON.stringify([
    await query(stack, 'consumers-audit', 'SELECT * FROM element_set'),
    await query(stack, 'consumers-audit', 'SELECT * FROM element_use'),
  ])
  assert.match(stored, /CreatePatientInput\.firstName/)
  for (const made of [secret, '613 555', '871623', '1971-02-03', 'inventedByTheKiosk', 'Named']) {
    assert.ok(!told.includes(made), made)
    assert.ok(!stored.includes(made), made)
  }
})

test("another domain sees nothing of what a domain's programs used", async () => {
  const { body, text } = await stack.north.askSettings(`{ elementUsage { ${selection} } }`)
  assert.ok(body.data, text)
  const ids = (body.data.elementUsage.nodes as Row[]).map(({ consumer }) => consumer.id)
  assert.ok(!ids.includes(portal.id) && !ids.includes(kiosk.id))
  const named = await stack.north.askSettings(
    `{ elementUsage(domain: "${stack.south.name}") { totalCount } }`,
  )
  assert.equal(named.body.data ?? null, null, 'people cannot name a domain')
})

test('a program is told nothing of use', async () => {
  const { body } = await portal.ask('{ elementUsage { totalCount } }')
  assert.equal(body.errors?.[0]?.extensions.code, 'GRAPHQL_VALIDATION_FAILED')
})

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { createConsumerKey, signToken } from '@commonchart/testing'
import pg from 'pg'
import { Pool } from 'undici'
import type { Answer } from './ask.ts'
import { createPatient } from './records.ts'
import { startStack, type Stack } from './stack.ts'
import { until } from './until.ts'

let stack: Stack
before(async () => {
  stack = await startStack()
})
after(() => stack.stop())

/** Everything that any process has printed, those that were stopped included. */
const printed: string[] = []
const outputs = (): string =>
  [...printed, ...Object.values(stack.services).map((each) => each.output())].join('')

async function stopConsumersAudit(): Promise<void> {
  const service = stack.services['consumers-audit']
  assert.ok(service)
  await service.stop('SIGKILL')
  printed.push(service.output())
}

const rest = { dateOfBirth: '1980-02-29', gender: 'OTHER', identifications: [] }
const create = `mutation ($input: CreatePatientInput!) {
  createPatient(input: $input) { patient { id firstName lastName } }
}`

function assertUnavailable({ status, body, text }: Answer, executed: boolean): void {
  assert.equal(status, 503, text)
  assert.deepEqual(body.errors?.[0]?.extensions, { code: 'AUDIT_UNAVAILABLE', executed })
  assert.equal(body.data ?? null, null)
}

test('while nothing can be recorded nothing is answered; the same Idempotency-Key gets the answer later', async () => {
  const { north } = stack
  const { id } = await createPatient(north, { firstName: 'Unrecorded', lastName: 'Reader' })
  const read = () => north.ask('query ($id: ID!) { patient(id: $id) { fullName } }', { id })
  const headers = { 'idempotency-key': randomUUID() }
  const input = { firstName: 'Unrecorded', lastName: 'Writer', ...rest }
  const write = () => north.ask(create, { input }, headers)
  assert.equal((await read()).status, 200)
  await stopConsumersAudit()
  // A mutation that comes at once is run, for the recorder was there a moment ago; both wait for their records.
  const [ran, query] = await Promise.all([write(), read()])
  assertUnavailable(ran, true)
  assertUnavailable(query, false)
  assert.equal(query.text.includes('Reader'), false)
  // By now the newest acknowledgement is too old for a mutation to run.
  const refused = await north.ask(create, { input: { firstName: 'Never', lastName: 'Made', ...rest } })
  assert.equal(refused.status, 503)
  assert.ok(
    ['AUDIT_UNAVAILABLE', 'REGISTRY_UNAVAILABLE'].includes(String(refused.body.errors?.[0]?.extensions.code)),
  )
  await stack.restart('consumers-audit')
  await until(
    async () => (await read()).status === 200,
    'it is served again without a restart of the gateway',
  )
  const answer = await write()
  assert.equal(answer.status, 200, answer.text)
  assert.equal(answer.body.extensions?.idempotency, 'REPLAYED')
  assert.equal(answer.body.data?.createPatient.patient.lastName, 'Writer')
  const made = await north.ask('{ patients(first: 100) { nodes { lastName } } }')
  const names = (made.body.data?.patients.nodes as { lastName: string }[]).map(({ lastName }) => lastName)
  assert.equal(names.filter((name) => name === 'Writer').length, 1)
  assert.equal(names.includes('Made'), false)
})

test('no log says who anybody is: no names, tokens, keys or addresses; and every request id is there', async () => {
  const { north, people } = stack
  const secrets = ['Zebediah', 'Quillfeather', 'zeb.quillfeather@example.test', `token-${randomUUID()}`]
  const [firstName, lastName, email, junk] = secrets as [string, string, string, string]
  const key = randomUUID()
  const token = north.token()
  const person = people.signPersonToken(north.name, { sub: 'person-1', name: 'Wilhelmina Secretary' })
  const url = (path: string) => `${stack.url}${path}`
  const answers = [
    await stack.ask(url('/graphql'), {
      query: create,
      variables: { input: { firstName, lastName, email, ...rest } },
      host: north.host,
      token,
      headers: { 'idempotency-key': key },
    }),
    await north.ask('{ patients(first: 5) { nodes { firstName lastName } } }'),
    await north.ask(`{ patients(filter: { nothing: "${lastName}" }) { nodes { id } } }`),
    await north.ask(`query ${firstName}($a: Int) { patients(first: $a) { totalCount } }`, { a: email }),
    await stack.ask(url('/graphql'), { query: `{ ${lastName} }`, host: north.host, token: junk }),
    await stack.ask(url('/settings/graphql'), { query: '{ __typename }', host: north.host, token: person }),
  ]
  await until(
    () =>
      Promise.resolve(answers.every(({ headers }) => outputs().includes(String(headers['x-request-id'])))),
    'every request id is in a log',
  )
  const all = outputs()
  for (const secret of [...secrets, key, token, person, 'Wilhelmina', `portal of ${north.name}`])
    assert.equal(all.includes(secret), false, `a log holds ${secret}`)
})

/** Sends so many requests, some at once, with these tokens in turn, and gives how long each took. */
async function sendMany(
  pool: Pool,
  { count, connections, tokens }: { count: number; connections: number; tokens: string[] },
): Promise<{ tookMs: number[]; statuses: Set<number> }> {
  const tookMs: number[] = []
  const statuses = new Set<number>()
  const body = JSON.stringify({ query: '{ patients(first: 1) { nodes { id } } }' })
  const common = { host: stack.north.host, 'content-type': 'application/json' }
  let left = count
  const work = async (): Promise<void> => {
    while (left-- > 0) {
      const headers = { ...common, authorization: `Bearer ${tokens[left % tokens.length]}` }
      const startedAt = performance.now()
      const response = await pool.request({ method: 'POST', path: '/graphql', headers, body })
      await response.body.dump()
      tookMs.push(performance.now() - startedAt)
      statuses.add(response.statusCode)
    }
  }
  await Promise.all(Array.from({ length: connections }, work))
  return { tookMs, statuses }
}

test('10 000 refused requests from strangers grow the log by their counted rows, and a good client goes on being answered', async (t) => {
  const { north } = stack
  const strangers = new Pool(stack.url, { connections: 3 })
  const good = new Pool(stack.url, { connections: 1 })
  const askWell = async (count: number): Promise<number[]> => {
    const { tookMs, statuses } = await sendMany(good, { count, connections: 1, tokens: [north.token()] })
    assert.deepEqual([...statuses], [200])
    return tookMs
  }
  // The stack has just come back from an outage: the gateway is warm when a hundred in a row are answered.
  await until(
    () =>
      askWell(100)
        .then(() => true)
        .catch(() => false),
    'a hundred in a row are answered',
  )
  const alone = await askWell(150)
  const before = await countRefusals()
  // Malformed, of nobody, and in a consumer's name with a key of one's own, which costs a look at the signature.
  const { privateKey } = createConsumerKey()
  const tokens = ['stranger', ...['nobody', north.issuer].map((issuer) => signToken({ privateKey, issuer }))]
  let isOver = false
  const flood = sendMany(strangers, { count: 10_000, connections: 3, tokens }).finally(() => (isOver = true))
  const together: number[] = []
  while (!isOver) together.push(...(await askWell(20)))
  assert.deepEqual([...(await flood).statuses], [401])
  // Before and after, so that what else the machine begins to do meanwhile is not laid to the strangers.
  alone.push(...(await askWell(150)))
  const [aloneMs, amongMs] = [medianOf(alone), medianOf(together)]
  t.diagnostic(`a good client waits ${aloneMs.toFixed(1)} ms alone, ${amongMs.toFixed(1)} ms among strangers`)
  // Not by half, on a machine that does nothing else; tests share theirs, so this one only finds what is out of all proportion.
  assert.ok(amongMs <= aloneMs * 5, `${amongMs} ms instead of ${aloneMs} ms`)
  await Promise.all([strangers.close(), good.close()])
  // Stopping records what is counted: of each kind at most ten rows for themselves and one for the others, in each minute.
  await stack.services.gateway?.stop()
  const now = await countRefusals()
  const [rows, leaves, requests] = now.map((number, at) => number - (before[at] ?? 0))
  assert.ok(rows && rows <= 2 * 11 * tokens.length, `${rows} rows`)
  assert.deepEqual(
    [leaves, requests],
    [rows, 10_000],
    'each row has its leaf, and the rows count every request',
  )
})

function medianOf(numbers: number[]): number {
  return numbers.sort((left, right) => left - right)[Math.floor(numbers.length / 2)] ?? 0
}

/** How many rows and leaves there are of refused requests, and how many requests they stand for. */
async function countRefusals(): Promise<number[]> {
  const client = new pg.Client(stack.databases['consumers-audit']?.adminUrl)
  await client.connect()
  const { rows } = await client.query<Record<string, string>>(
    `SELECT count(*) AS rows, (SELECT count(*) FROM audit_leaf WHERE outcome = 'REFUSED') AS leaves,
       coalesce(sum(count), 0) AS requests FROM access_log WHERE outcome = 'REFUSED'`,
  )
  await client.end()
  return Object.values(rows[0] ?? {}).map(Number)
}

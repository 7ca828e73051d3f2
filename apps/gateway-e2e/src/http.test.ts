import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { serverAudits } from 'graphql-http'
import { request } from 'undici'
import { createPatient } from './records.ts'
import { startStack, type Stack } from './stack.ts'
import { until } from './until.ts'

let stack: Stack
before(async () => {
  stack = await startStack()
})
after(() => stack.stop())

/** Why an audit of graphql-http may warn; all others must hold. */
const explained: Record<string, string> = {
  '572B': 'A document that cannot be parsed is the program’s mistake: 400 lets its monitoring see that.',
  FDE2: 'So is one that does not fit the graph.',
  '7B9B': 'And a variable that is not of its type.',
}

test('graphql-http’s audits of the running gateway find no error and at most 3 explained warnings', async () => {
  // fetch cannot set Host, which names the domain: undici's request does.
  const fetchFn = async (input: string | URL, init: RequestInit = {}): Promise<Response> => {
    const headers = Object.fromEntries(new Headers(init.headers))
    const response = await request(input, {
      method: (init.method ?? 'GET') as 'GET',
      headers: { ...headers, host: stack.north.host, authorization: `Bearer ${stack.north.token()}` },
      body: (init.body as string | undefined) ?? null,
    })
    return new Response(await response.body.text(), {
      status: response.statusCode,
      headers: Object.entries(response.headers).map(
        ([name, value]) => [name, String(value)] as [string, string],
      ),
    })
  }
  const warnings: string[] = []
  for (const audit of serverAudits({ url: `${stack.url}/graphql`, fetchFn })) {
    const result = await audit.fn()
    if (result.status === 'error') assert.fail(`${audit.id} ${audit.name}: ${result.reason}`)
    if (result.status === 'warn' && !explained[audit.id])
      warnings.push(`${audit.id} ${audit.name}: ${result.reason}`)
  }
  assert.ok(Object.keys(explained).length <= 3)
  assert.deepEqual(warnings, [])
})

test('every answer bears a request id, and two requests never the same', async () => {
  const ids = await Promise.all(
    [
      stack.north.ask('{ __typename }'),
      stack.north.ask('{ nothing }'),
      stack.ask(`${stack.url}/graphql`, { query: '{ a }' }),
    ].map(async (answer) => (await answer).headers['x-request-id']),
  )
  assert.ok(ids.every((id) => typeof id === 'string' && id.length > 0))
  assert.equal(new Set(ids).size, 3)
})

test('a request without a token is answered 401 and says what is wrong with it', async () => {
  const answer = await stack.ask(`${stack.url}/graphql`, { query: '{ __typename }', host: stack.north.host })
  assert.equal(answer.status, 401)
  assert.match(String(answer.headers['www-authenticate']), /^Bearer/)
  assert.equal(answer.body.errors?.[0]?.extensions.code, 'UNAUTHENTICATED')
})

test('a literal that is none of its type is the caller’s mistake, although only a subgraph knows the type', async () => {
  for (const document of [
    '{ apiRequests(from: "yesterday") { totalCount } }',
    '{ patients(lastName: 12) { totalCount } }',
    '{ appointments(from: "noon") { totalCount } }',
  ]) {
    const { body, text } = await stack.north.ask(document)
    assert.equal(body.errors?.[0]?.extensions.code, 'BAD_USER_INPUT', text)
  }
})

test('a consumer that is deactivated is refused within seconds, and let in again when it is activated', async () => {
  const set = (verb: 'activate' | 'deactivate') =>
    stack.south.askSettings(
      `mutation ($input: ${verb === 'activate' ? 'Activate' : 'Deactivate'}ConsumerInput!) {
        ${verb}Consumer(input: $input) { clientMutationId consumer { id active } }
      }`,
      { input: { id: stack.south.consumerId, clientMutationId: verb } },
    )
  const statusIs = (status: number) => async () => (await stack.south.ask('{ __typename }')).status === status
  assert.equal((await set('deactivate')).body.data?.deactivateConsumer.consumer.active, false)
  await until(statusIs(401), 'the consumer is refused')
  await set('activate')
  await until(statusIs(200), 'the consumer is let in again')
})

test('when a subgraph is down its area is named and the rest is answered; it is served again without a restart', async () => {
  const { id } = await createPatient(stack.north, { firstName: 'Still', lastName: 'There' })
  const query = 'query ($id: ID!) { patient(id: $id) { fullName } appointments { nodes { id } } }'
  await stack.services.appointments?.stop('SIGKILL')
  const { body, text } = await stack.north.ask(query, { id })
  assert.deepEqual(body.data, { patient: { fullName: 'Still There' }, appointments: null }, text)
  assert.equal(body.errors?.length, 1)
  assert.equal(body.errors?.[0]?.extensions.code, 'SUBGRAPH_UNAVAILABLE')
  assert.equal(body.errors?.[0]?.extensions.area, 'appointments')
  await stack.restart('appointments')
  await until(
    async () => (await stack.north.ask(query, { id })).body.errors === undefined,
    'appointments answer again',
  )
})

test('nothing of a person, no token and no key stands in what the services print', async () => {
  await createPatient(stack.north, {
    firstName: 'Xanthippe',
    lastName: 'Quarles',
    email: 'xq@secret.test',
    phone: '604-555-0142',
  })
  const token = stack.north.token()
  await stack.ask(`${stack.url}/graphql`, {
    query: '{ patients { nodes { fullName } } }',
    host: stack.north.host,
    token,
  })
  for (const { name, output } of Object.values(stack.services))
    for (const secret of ['Xanthippe', 'Quarles', 'xq@secret.test', '555-0142', token, 'PRIVATE KEY'])
      assert.ok(!output().includes(secret), `${name} printed ${secret.slice(0, 12)}`)
})

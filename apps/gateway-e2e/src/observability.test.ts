import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { metricCatalogue } from '@commonchart/telemetry'
import { startSpanReceiver, type ReceivedSpan, type SpanReceiver } from '@commonchart/testing'
import type { Answer } from './ask.ts'
import { createPatient } from './records.ts'
import { startStack, type Stack } from './stack.ts'
import { until } from './until.ts'

let receiver: SpanReceiver
let stack: Stack
before(async () => {
  receiver = await startSpanReceiver()
  stack = await startStack({ spansTo: receiver.url })
})
after(async () => {
  await stack.stop()
  await receiver.close()
})

const requestIdOf = ({ headers }: Answer): string => String(headers['x-request-id'])

/** The span of a request at the gateway, once it has arrived. */
async function findRequest(answer: Answer): Promise<ReceivedSpan> {
  let found: ReceivedSpan | undefined
  await until(() => {
    found = receiver.spans.find(
      ({ service, attributes }) =>
        service === 'gateway' && attributes['commonchart.request_id'] === requestIdOf(answer),
    )
    return Promise.resolve(found !== undefined)
  }, 'the span of the request has arrived')
  return found as ReceivedSpan
}

const childrenOf = ({ spanId }: ReceivedSpan) =>
  receiver.spans.filter(({ parentSpanId }) => parentSpanId === spanId)

async function findChild(parent: ReceivedSpan, name: string | RegExp): Promise<ReceivedSpan> {
  const find = () => childrenOf(parent).find((each) => each.name.match(name)?.[0] === each.name)
  await until(() => Promise.resolve(find() !== undefined), `${parent.name} has the part ${String(name)}`)
  return find() as ReceivedSpan
}

test('a request is traced from its client through the gateway and a subgraph to the statements in the database', async () => {
  const { north } = stack
  await createPatient(north)
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736'
  const answer = await north.ask(
    '{ patients(first: 1) { nodes { id fullName } } }',
    {},
    { traceparent: `00-${trace}-00f067aa0ba902b7-01` },
  )
  assert.equal(answer.status, 200)
  const request = await findRequest(answer)
  assert.deepEqual(
    [request.name, request.traceId, request.parentSpanId],
    ['POST enterprise', trace, '00f067aa0ba902b7'],
  )
  assert.deepEqual(request.attributes, {
    'http.request.method': 'POST',
    'commonchart.graph': 'enterprise',
    'commonchart.request_id': requestIdOf(answer),
    'http.response.status_code': 200,
    'commonchart.domain': north.name,
    'commonchart.consumer_id': north.consumerId,
    'graphql.operation.type': 'query',
    'commonchart.root_fields': ['patients'],
  })
  await findChild(request, 'plan')
  await findChild(request, 'record')
  const fetch = await findChild(await findChild(request, 'execute'), 'fetch patients')
  const served = await findChild(fetch, 'POST /graphql')
  assert.equal(served.service, 'patients')
  assert.equal(served.attributes['commonchart.request_id'], requestIdOf(answer))
  assert.equal(served.attributes['commonchart.domain_id'], north.domainId)
  await findChild(served, 'read transaction')
  const statement = await findChild(served, /.*patient.*/i)
  assert.equal(statement.attributes['db.system.name'], 'postgresql')
})

test('what a change sends to others is traced, too: the delivery, and the receiver’s part', async () => {
  const { id } = await createPatient(stack.north)
  assert.ok(id)
  let delivery: ReceivedSpan | undefined
  await until(() => {
    delivery = receiver.spans.find(
      ({ name, service, attributes }) =>
        name === 'deliver' && service === 'patients' && attributes['commonchart.service'] === 'appointments',
    )
    return Promise.resolve(delivery !== undefined)
  }, 'a delivery is traced')
  const posted = await findChild(delivery as ReceivedSpan, 'POST /internal/events')
  const received = await findChild(posted, 'POST /internal/events')
  assert.equal(received.service, 'appointments')
  await findChild(received, 'transaction')
})

test('no span and no metric says who anybody is or what was asked for; and every request id is in a span', async () => {
  const { north, people } = stack
  const secrets = ['Zebediah', 'Quillfeather', 'zeb.quillfeather@example.test', '604-555-0142', 'tok-3n-junk']
  const [firstName, lastName, email, phone, junk] = secrets as [string, string, string, string, string]
  const token = north.token()
  const person = people.signPersonToken(north.name, { sub: 'person-1', name: 'Wilhelmina Secretary' })
  const post = (path: string, query: string, bearer: string, headers = {}) =>
    stack.ask(`${stack.url}${path}`, { query, host: north.host, token: bearer, headers })
  await createPatient(north, { firstName, lastName, email, phone })
  const answers = [
    await north.ask(`{ patients(first: 5, lastName: "${lastName}") { nodes { firstName lastName } } }`),
    await north.ask(`query ${firstName}($a: Int) { patients(first: $a) { totalCount } }`, { a: 1 }),
    await north.ask(`query ${firstName}($a: Int) { patients(first: $a) { totalCount } }`, { a: email }),
    await post('/graphql', `{ ${lastName} }`, token),
    await post('/graphql', '{ patients { totalCount } }', junk, { 'user-agent': lastName }),
    await post('/settings/graphql', '{ domain { name } }', person, { traceparent: lastName }),
    await stack.ask(`${stack.url}/graphql?name=${lastName}`, {
      query: '{ __typename }',
      host: north.host,
      token,
    }),
    await stack.ask(`${stack.url}/${lastName}`, { query: '{ __typename }', host: north.host, token }),
  ]
  for (const answer of answers) await findRequest(answer)
  const metrics = await Promise.all(Object.keys(stack.services).map((name) => stack.readMetrics(name)))
  const told = receiver.text() + metrics.join('')
  for (const secret of [
    ...secrets,
    token,
    person,
    'Wilhelmina',
    `portal of ${north.name}`,
    'localhost',
    '$1',
  ])
    assert.equal(told.includes(secret), false, `a span or a metric holds ${secret}`)
})

test('metrics are to be had by nobody whom the public listeners answer', async () => {
  for (const url of [stack.url, stack.urlOf('operator'), stack.urlOf('patients')]) {
    const { status } = await fetch(`${url}/metrics`)
    assert.ok([401, 404].includes(status), `${url} answered ${status}`)
  }
})

/** The value of a series, or 0. */
async function readSeries(service: string, series: string): Promise<number> {
  const line = (await stack.readMetrics(service)).split('\n').find((each) => each.startsWith(`${series} `))
  return line === undefined ? 0 : Number(line.slice(series.length + 1))
}

const breaker = (): string =>
  `commonchart_breaker_state{subgraph="appointments",address="${stack.urlOf('appointments')}/graphql"}`
const breakerIs = (state: number) => async () => (await readSeries('gateway', breaker())) === state

const both = 'query { patients(first: 1) { totalCount } appointments(first: 1) { totalCount } }'
const other = 'query { patients(first: 1) { totalCount } }'

async function outage(goAway: () => void, comeBack: () => Promise<void>): Promise<void> {
  const { north } = stack
  assert.deepEqual((await north.ask(both)).body.errors, undefined)
  goAway()
  const first = north.ask(both)
  assert.equal((await north.ask(other)).body.errors, undefined, 'what does not need it is answered')
  await until(breakerIs(2), 'the breaker is open', 30)
  const { body, text, status } = await north.ask(both)
  assert.equal(status, 200)
  assert.deepEqual(
    body.errors?.map(({ extensions }) => extensions),
    [{ code: 'SUBGRAPH_UNAVAILABLE', area: 'appointments' }],
    text,
  )
  assert.equal(typeof body.data?.patients.totalCount, 'number')
  assert.equal(body.data?.appointments, null)
  const before = await readSeries(
    'gateway',
    'commonchart_fetches_total{subgraph="patients",result="ANSWERED"}',
  )
  assert.ok(before > 0)
  await comeBack()
  await until(breakerIs(0), 'the breaker is closed again, though nobody asked')
  assert.equal((await north.ask(both)).body.errors, undefined)
  await first
}

test('a subgraph that is killed is named, the rest is answered, and it is asked again by itself when it is back', async () => {
  await outage(
    () => void stack.services.appointments?.process.kill('SIGKILL'),
    () => stack.restart('appointments'),
  )
})

test('a subgraph that hangs is not waited for once that is known, and asked again when it goes on', async (t) => {
  const { process: hanging } = stack.services.appointments ?? assert.fail()
  const goOn = (): Promise<void> => Promise.resolve(void hanging.kill('SIGCONT'))
  t.after(goOn)
  await outage(() => void hanging.kill('SIGSTOP'), goOn)
})

test('every metric that is described is told by the services that it is of, and no other', async () => {
  const { north } = stack
  await createPatient(north)
  for (const [service, own] of [
    ['gateway', 'gateway'],
    ['patients', 'subgraph'],
  ]) {
    const text = await stack.readMetrics(service ?? '')
    for (const [name, { of }] of Object.entries(metricCatalogue))
      if (of === own) assert.match(text, new RegExp(`^${name}(_bucket)?[ {]`, 'm'), `${name} has a value`)
      else assert.doesNotMatch(text, new RegExp(`^${name}\\b`, 'm'))
    for (const [, name = ''] of text.matchAll(/^# TYPE (commonchart_\w+)/gm))
      assert.ok(Object.hasOwn(metricCatalogue, name), `${name} is described`)
  }
})

test('requests are counted by root field, by consumer and by error; what a client made up is counted as other', async () => {
  const { north } = stack
  const at = (labels: string) => readSeries('gateway', labels)
  const series = [
    'commonchart_operation_requests_total{graph="enterprise",kind="QUERY",operation="patients",outcome="SUCCESS"}',
    'commonchart_operation_requests_total{graph="enterprise",kind="QUERY",operation="other",outcome="FAILED"}',
    `commonchart_consumer_requests_total{domain="${north.name}",consumer="${north.consumerId}",outcome="SUCCESS"}`,
    'commonchart_errors_total{graph="enterprise",code="GRAPHQL_VALIDATION_FAILED"}',
    'commonchart_requests_total{graph="enterprise",status="401",outcome="REFUSED"}',
  ]
  const before = await Promise.all(series.map(at))
  await north.ask(other)
  await north.ask('{ somethingElse }')
  await stack.ask(`${stack.url}/graphql`, { query: other, host: north.host, token: 'nonsense' })
  const grown = await Promise.all(series.map(at))
  assert.deepEqual(
    grown.map((value, index) => value - (before[index] ?? 0)),
    [1, 1, 1, 1, 1],
  )
})

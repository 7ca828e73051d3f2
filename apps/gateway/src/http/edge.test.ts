import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createConsumerKey, signToken } from '@commonchart/testing'
import { startTestGateway, type Question, type TestGateway } from '../../fixtures/running-gateway.ts'

let running: TestGateway
before(async () => {
  running = await startTestGateway({ LIMIT_BODY_BYTES: '100000' })
})
after(() => running.stop())

const query = '{ patient(id: 1) { name } }'
const deep = `${'['.repeat(100)}${']'.repeat(100)}`

/** What a client may send that is wrong, and what it hears. None of it is answered with 5xx. */
const mistakes: { name: string; status: number; code: string; question: Question }[] = [
  { name: 'another path', status: 404, code: 'NOT_FOUND', question: { query, path: '/' } },
  {
    name: 'the operator graph at the public port',
    status: 404,
    code: 'NOT_FOUND',
    question: { query, path: '/operator/graphql' },
  },
  {
    name: 'an unknown host',
    status: 404,
    code: 'UNKNOWN_DOMAIN',
    question: { query, headers: { host: 'nobody.test' } },
  },
  {
    name: 'a domain without a contract',
    status: 403,
    code: 'API_NOT_ENABLED',
    question: { query, headers: { host: 'early.test' } },
  },
  {
    name: 'a domain out of service',
    status: 403,
    code: 'API_NOT_ENABLED',
    question: { query, headers: { host: 'closed.test' } },
  },
  { name: 'no token', status: 401, code: 'UNAUTHENTICATED', question: { query, token: null } },
  { name: 'a token of nothing', status: 401, code: 'UNAUTHENTICATED', question: { query, token: 'abc' } },
  { name: 'PUT', status: 405, code: 'METHOD_NOT_ALLOWED', question: { method: 'PUT', body: '{}' } },
  { name: 'DELETE', status: 405, code: 'METHOD_NOT_ALLOWED', question: { method: 'DELETE' } },
  { name: 'OPTIONS', status: 405, code: 'METHOD_NOT_ALLOWED', question: { method: 'OPTIONS' } },
  {
    name: 'a form',
    status: 415,
    code: 'UNSUPPORTED_MEDIA_TYPE',
    question: { body: 'query=x', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
  },
  {
    name: 'plain text',
    status: 415,
    code: 'UNSUPPORTED_MEDIA_TYPE',
    question: { query, headers: { 'content-type': 'text/plain' } },
  },
  {
    name: 'another character set',
    status: 415,
    code: 'UNSUPPORTED_MEDIA_TYPE',
    question: { query, headers: { 'content-type': 'application/json; charset=latin1' } },
  },
  {
    name: 'a compressed body',
    status: 415,
    code: 'UNSUPPORTED_MEDIA_TYPE',
    question: { query, headers: { 'content-encoding': 'gzip' } },
  },
  { name: 'no body', status: 400, code: 'BAD_REQUEST', question: { body: '' } },
  { name: 'no JSON', status: 400, code: 'BAD_REQUEST', question: { body: '{"query":' } },
  { name: 'JSON that is null', status: 400, code: 'BAD_REQUEST', question: { body: 'null' } },
  { name: 'JSON that is a string', status: 400, code: 'BAD_REQUEST', question: { body: '"{ __typename }"' } },
  { name: 'a batch', status: 400, code: 'BAD_REQUEST', question: { body: `[{"query":"{ __typename }"}]` } },
  { name: 'no query', status: 400, code: 'BAD_REQUEST', question: { body: '{"variables":{}}' } },
  { name: 'a query that is a number', status: 400, code: 'BAD_REQUEST', question: { body: '{"query":1}' } },
  {
    name: 'variables that are a list',
    status: 400,
    code: 'BAD_REQUEST',
    question: { body: JSON.stringify({ query, variables: [1] }) },
  },
  {
    name: 'JSON that nests without end',
    status: 400,
    code: 'BAD_REQUEST',
    question: { body: JSON.stringify({ query, variables: {} }).replace('{}', `{"a":${deep}${deep}}`) },
  },
  {
    name: 'variables deeper than any input',
    status: 400,
    code: 'BAD_REQUEST',
    question: { body: `{"query":"{ __typename }","variables":{"a":${'['.repeat(9000)}${']'.repeat(9000)}}}` },
  },
  {
    name: 'a body that is too large',
    status: 413,
    code: 'PAYLOAD_TOO_LARGE',
    question: { body: JSON.stringify({ query, extensions: { filler: 'x'.repeat(100_000) } }) },
  },
  { name: 'no GraphQL', status: 400, code: 'GRAPHQL_PARSE_FAILED', question: { query: '{ patient(' } },
  {
    name: 'a field that is not there',
    status: 400,
    code: 'GRAPHQL_VALIDATION_FAILED',
    question: { query: '{ patients { secret } }' },
  },
  {
    name: 'a field of the settings graph',
    status: 400,
    code: 'GRAPHQL_VALIDATION_FAILED',
    question: { query: 'mutation { setUp }' },
  },
  {
    name: 'a variable of another type',
    status: 400,
    code: 'BAD_USER_INPUT',
    question: { query: 'query ($n: Int) { patients(first: $n) { id } }', variables: { n: 'many' } },
  },
  {
    name: 'an operation that is not in the document',
    status: 400,
    code: 'OPERATION_RESOLUTION_FAILURE',
    question: { body: JSON.stringify({ query: 'query A { __typename }', operationName: 'B' }) },
  },
  {
    name: 'a query that nests without end',
    status: 400,
    code: 'QUERY_TOO_COMPLEX',
    question: { query: `{ patient(id: 1) ${'{ friends '.repeat(1000)}{ id }${' }'.repeat(1000)} }` },
  },
  {
    name: 'a mutation by GET',
    status: 405,
    code: 'BAD_REQUEST',
    question: {
      method: 'GET',
      path: `/graphql?query=${encodeURIComponent('mutation { renamePatient(input: { id: 1 }) { id } }')}`,
    },
  },
  {
    name: 'an idempotency key that cannot be kept',
    status: 400,
    code: 'IDEMPOTENCY_KEY_INVALID',
    question: {
      query: 'mutation { renamePatient(input: { id: 1 }) { id } }',
      headers: { 'idempotency-key': 'x'.repeat(256) },
    },
  },
]

describe('what a client sent wrong is told to it, in GraphQL JSON, and is never our error', () => {
  for (const { name, status, code, question } of mistakes)
    test(name, async () => {
      const answer = await running.ask(question)
      assert.equal(answer.status, status, answer.text)
      assert.equal(answer.body.errors?.[0]?.extensions.code, code, answer.text)
      assert.match(String(answer.headers['content-type']), /json; charset=utf-8$/)
      assert.match(String(answer.headers['x-request-id']), /^[0-9a-f-]{36}$/)
    })
})

test('a body that is no UTF-8 is refused and not repaired', async () => {
  const body = Buffer.concat([
    Buffer.from('{"query":"{ __typename }","x":"'),
    Buffer.from([0xff]),
    Buffer.from('"}'),
  ])
  const answer = await running.ask({ body: body as unknown as string })
  assert.equal(answer.status, 400)
})

test('a refused token says what is wrong with it, and the time, unless that told who is registered', async () => {
  const expired = signToken({
    privateKey: running.consumer.privateKey,
    issuer: 'portal',
    lifetimeSeconds: -1,
  })
  const told = await running.ask({ query, token: expired })
  assert.equal(told.body.errors?.[0]?.extensions.reason, 'EXPIRED')
  assert.ok(Date.parse(told.body.errors?.[0]?.extensions.serverTime as string) > 0)
  assert.equal(told.headers['www-authenticate'], 'Bearer error="invalid_token"')
  const stranger = createConsumerKey()
  const answers = await Promise.all([
    running.ask({ query, token: signToken({ privateKey: stranger.privateKey, issuer: 'nobody' }) }),
    running.ask({ query, token: signToken({ privateKey: stranger.privateKey, issuer: 'portal' }) }),
    running.ask({ query, headers: { host: 'south.test' } }),
  ])
  for (const answer of answers) {
    assert.equal(answer.status, 401)
    assert.equal(answer.text, answers[0].text)
    assert.deepEqual(answer.body.errors?.[0]?.extensions, { code: 'UNAUTHENTICATED' })
  }
  const reasons = running.log.flatMap(({ msg, reason }) => (msg === 'a request was refused' ? [reason] : []))
  assert.ok(reasons.includes('its issuer is unknown') && reasons.includes('its signature is wrong'))
})

test('each graph takes only its own principals', async () => {
  const { consumer, people } = running
  const program = signToken({ privateKey: consumer.privateKey, issuer: 'portal' })
  const support = people.signPersonToken('north')
  const cases: [Question, number][] = [
    [{ path: '/settings/graphql', token: support }, 200],
    [{ path: '/settings/graphql', token: program }, 401],
    [{ path: '/settings/graphql', token: people.signPersonToken('south') }, 401],
    [{ path: '/settings/graphql', token: people.signOperatorToken() }, 401],
    [{ path: '/graphql', token: support }, 401],
    [{ path: '/operator/graphql', operator: true, token: people.signOperatorToken() }, 200],
    [{ path: '/operator/graphql', operator: true, token: support }, 401],
    [{ path: '/operator/graphql', operator: true, token: program }, 401],
    [{ path: '/graphql', operator: true, token: program }, 404],
  ]
  for (const [question, status] of cases) {
    const answer = await running.ask({ query: '{ __typename }', ...question })
    assert.equal(answer.status, status, JSON.stringify(question))
  }
})

test('a query can be asked by GET', async () => {
  const path = `/graphql?query=${encodeURIComponent('query ($id: ID!) { patient(id: $id) { id } }')}&variables=${encodeURIComponent('{"id":"5"}')}`
  const answer = await running.ask({ method: 'GET', path })
  assert.deepEqual(answer.body.data, { patient: { id: '5' } })
})

test('the answer is of the media type that was asked for', async () => {
  const accept = 'application/graphql-response+json'
  const answer = await running.ask({ query, headers: { accept } })
  assert.equal(answer.headers['content-type'], `${accept}; charset=utf-8`)
  const refused = await running.ask({ query, token: null, headers: { accept } })
  assert.equal(refused.headers['content-type'], `${accept}; charset=utf-8`)
})

test('a subgraph learns who asks, from where and in which language, and nothing that the client said of that', async () => {
  await running.ask({ query, headers: { language: 'fr-CA', 'commonchart-identity': 'forged' } })
  const { identity } = running.subgraphs.patients?.seen.at(-1) ?? {}
  assert.equal(identity?.kind, 'consumer')
  assert.equal(identity?.subject, '7')
  assert.equal(identity?.domainId, 1)
  assert.equal(identity?.keyId, '70')
  assert.equal(identity?.language, 'fr')
  assert.equal(identity?.ip, '127.0.0.1')
})

test('answers tell how much of the limit is left', async () => {
  const { headers } = await running.ask({ query })
  assert.match(String(headers['ratelimit-policy']), /q=6000;w=60/)
  assert.match(String(headers.ratelimit), /r=\d+;t=\d+/)
})

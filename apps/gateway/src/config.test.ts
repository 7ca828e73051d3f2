import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BadConfiguration, readConfig } from './config.ts'

const complete = {
  PORT: '4000',
  OPERATOR_PORT: '4001',
  SUPERGRAPH: 'supergraph.graphql',
  CONSUMERS_AUDIT_URL: 'http://127.0.0.1:4103',
  SERVICE_KEYS: 'gateway.keys.json',
  PEOPLE_JWKS: 'people.jwks.json',
}

function problemsOf(environment: Record<string, string>): string[] {
  try {
    readConfig(environment)
  } catch (error) {
    assert.ok(error instanceof BadConfiguration)
    return error.problems
  }
  return []
}

test('everything that is missing is named at once', () => {
  const problems = problemsOf({})
  for (const name of Object.keys(complete))
    assert.ok(
      problems.some((each) => each.startsWith(name)),
      name,
    )
})

test('without more said the gateway listens on the loopback address alone', () => {
  const { host, operatorHost } = readConfig(complete)
  assert.deepEqual([host, operatorHost], ['127.0.0.1', '127.0.0.1'])
})

test('where others can reach it without TLS, for programs or operators, it does not start', () => {
  for (const name of ['HOST', 'OPERATOR_HOST']) {
    assert.match(
      problemsOf({ ...complete, [name]: '0.0.0.0' }).join(),
      new RegExp(`^${name} is 0\\.0\\.0\\.0`),
    )
    assert.deepEqual(problemsOf({ ...complete, [name]: '0.0.0.0', BEHIND_TLS: '1' }), [])
    assert.deepEqual(problemsOf({ ...complete, [name]: '0.0.0.0', TLS_CERT: 'a', TLS_KEY: 'b' }), [])
    assert.equal(problemsOf({ ...complete, [name]: '0.0.0.0', BEHIND_TLS: 'true' }).length, 1)
  }
  assert.equal(problemsOf({ ...complete, TLS_CERT: 'a' }).length, 1)
})

test('a list of addresses of a subgraph stands in for those of the supergraph', () => {
  const { subgraphUrls } = readConfig({ ...complete, SUBGRAPH_URL_CONSUMERS_AUDIT: 'http://a, http://b,' })
  assert.deepEqual(subgraphUrls, { 'consumers-audit': ['http://a', 'http://b'] })
})

test('how often the supergraph is looked at can be said, within reason', () => {
  assert.equal(readConfig(complete).supergraphEveryMs, null)
  assert.equal(readConfig({ ...complete, SUPERGRAPH_POLL_MS: '250' }).supergraphEveryMs, 250)
  for (const text of ['0', '99', '1.5', 'often'])
    assert.match(problemsOf({ ...complete, SUPERGRAPH_POLL_MS: text }).join(), /^SUPERGRAPH_POLL_MS/)
})

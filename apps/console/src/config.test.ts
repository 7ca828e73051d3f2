import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BadConfiguration, readConfig } from './config.ts'

const good = {
  PORT: '4000',
  PUBLIC_URL: 'https://console.example.org',
  OPERATOR_PORT: '4001',
  OPERATOR_PUBLIC_URL: 'https://operators.example.org',
  DATABASE_URL: 'postgres://console@db/console',
  GATEWAY_URL: 'http://gateway:4000',
  OPERATOR_GRAPH_URL: 'http://gateway:4001/operator/graphql',
  CONSOLE_KEY: '/keys/console.json',
  OPERATOR_KEY: '/keys/operator.json',
  SESSION_SECRET: '/keys/session',
}

function problemsOf(environment: Record<string, string | undefined>): string[] {
  try {
    readConfig(environment)
  } catch (error) {
    if (error instanceof BadConfiguration) return error.problems
    throw error
  }
  return []
}

test('what is not said has a safe default: this machine alone, no proxy, no mail, no links', () => {
  const config = readConfig(good)
  assert.deepEqual([config.host, config.operatorHost], ['127.0.0.1', '127.0.0.1'])
  assert.deepEqual([config.behindTls, config.mail, config.firstLinks], [false, null, null])
})

test('everything that is missing is named at once', () => {
  const named = problemsOf({}).map((problem) => problem.split(' ')[0])
  assert.deepEqual(new Set(named), new Set(Object.keys(good)))
})

test('everything that is wrong is named at once', () => {
  const problems = problemsOf({
    ...good,
    PORT: '70000',
    OPERATOR_PORT: 'http',
    PUBLIC_URL: 'https://console.example.org/path',
    OPERATOR_PUBLIC_URL: 'operators.example.org',
    GATEWAY_URL: 'http://gateway:4000/',
    OPERATOR_GRAPH_URL: '/operator/graphql',
    HOST: '0.0.0.0',
    OPERATOR_HOST: '127.0.0.1.example.org',
    SMTP_URL: 'https://user:hidden@mail.example.org',
  })
  assert.deepEqual(problems.map((problem) => problem.split(' ')[0]).sort(), [
    ...['GATEWAY_URL', 'HOST', 'OPERATOR_GRAPH_URL', 'OPERATOR_HOST', 'OPERATOR_PORT'],
    ...['OPERATOR_PUBLIC_URL', 'PORT', 'PUBLIC_URL', 'SMTP_FROM', 'SMTP_URL'],
  ])
  assert.ok(!problems.join().includes('hidden'))
})

test('an address that others reach needs a proxy that ends TLS', () => {
  assert.equal(problemsOf({ ...good, HOST: '0.0.0.0' }).length, 1)
  assert.deepEqual(problemsOf({ ...good, HOST: '0.0.0.0', BEHIND_TLS: '1' }), [])
})

test('mail needs a server and a sender, or is left alone', () => {
  const SMTP_URL = 'smtps://user:password@mail.example.org'
  const SMTP_FROM = 'Commonchart <console@example.org>'
  assert.deepEqual(readConfig({ ...good, SMTP_URL, SMTP_FROM }).mail, { url: SMTP_URL, from: SMTP_FROM })
  assert.match(problemsOf({ ...good, SMTP_URL }).join(), /^SMTP_FROM/)
  assert.match(problemsOf({ ...good, SMTP_FROM }).join(), /^SMTP_URL/)
})

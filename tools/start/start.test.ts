import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { listSubgraphs } from '@commonchart/subgraph-list'
import { describeHome, makeHome } from '../environment/home.ts'
import { readStartConfig } from './config.ts'
import { lockHome } from './lock.ts'
import { checkPorts } from './ports.ts'
import { createMetricsEnvironment } from './service-environments.ts'
import { findLastWords } from './service-process.ts'
import { StartError } from './start-error.ts'

const folder = mkdtempSync(join(tmpdir(), 'commonchart-start-'))
after(() => rmSync(folder, { recursive: true, force: true }))

test('without arguments the usual ports and folder are taken', () => {
  const config = readStartConfig([], {})
  assert.equal(config?.home, '.commonchart')
  assert.deepEqual(config?.ports, {
    gateway: 4000,
    operator: 4001,
    console: 4002,
    'console-operator': 4003,
    ...Object.fromEntries(listSubgraphs().map(({ name, port }) => [name, port])),
  })
  assert.equal(config?.reset, false)
})

test('everything that is wrong with arguments and environment is said at once', () => {
  const wrong = { PORT: 'many', CONSUMERS_AUDIT_PORT: '70000', PATIENTS_DATABASE_URL: 'mysql://here' }
  assert.throws(
    () => readStartConfig(['--rest'], wrong),
    (error: Error) => {
      assert.ok(error instanceof StartError)
      for (const part of ['PORT', 'CONSUMERS_AUDIT_PORT', 'PATIENTS_DATABASE_URL', '--rest'])
        assert.ok(error.message.includes(part), part)
      return true
    },
  )
})

test('a database of one’s own replaces the embedded one for that subgraph', () => {
  const url = 'postgres://owner@db.example/patients'
  assert.deepEqual(readStartConfig([], { PATIENTS_DATABASE_URL: url })?.databaseUrls, { patients: url })
})

test('each service tells its metrics on a port of its own, where they are asked for', () => {
  const names = ['gateway', ...listSubgraphs().map(({ name }) => name), 'console']
  const portsOf = (environment: Record<string, string>) => {
    const config = readStartConfig([], environment)
    assert.ok(config)
    return names.map((name) => createMetricsEnvironment(name, config).METRICS_PORT)
  }
  assert.deepEqual(
    portsOf({ METRICS_PORT: '9464' }),
    names.map((_, at) => String(9464 + at)),
  )
  assert.deepEqual(
    portsOf({}),
    names.map(() => undefined),
  )
})

test('a taken port is one sentence that names the port and how to choose another', async () => {
  const other = createServer()
  await new Promise<void>((listening) => other.listen(0, '127.0.0.1', listening))
  const { port } = other.address() as AddressInfo
  await assert.rejects(
    checkPorts({ gateway: port }),
    new RegExp(`port ${port} for gateway is taken by another program \\(PORT chooses another\\)`),
  )
  await new Promise((closed) => other.close(closed))
  await checkPorts({ gateway: port })
})

test('a second start on one folder is refused, and what a killed one left is taken over', () => {
  const home = describeHome(join(folder, 'home'))
  makeHome(home)
  const release = lockHome(home, process.pid)
  // Our own process is no start, so another would take over; one that has ended is taken over in any case.
  release()
  writeFileSync(home.lock, '999999999')
  lockHome(home, process.pid)()
  assert.throws(() => lockHome({ ...home, lock: join(folder, 'nowhere', 'start.pid') }, 1), /ENOENT/)
})

test('the last words of a service are the message of its last log line, or its error', () => {
  const log = '{"level":30,"msg":"listening"}\n{"level":60,"msg":"cannot go on","err":{"message":"no key"}}\n'
  assert.equal(findLastWords(log), 'cannot go on: no key')
  const thrown = 'file:///app/main.ts:3\n\nTypeError: this is wrong\n    at main\n\nNode.js v24\n'
  assert.equal(findLastWords(thrown), 'TypeError: this is wrong')
  assert.equal(findLastWords(''), 'it said nothing')
})

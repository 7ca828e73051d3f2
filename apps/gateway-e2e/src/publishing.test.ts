import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { findFreePort } from '@commonchart/embedded-database'
import { publishSubgraph } from '@commonchart/tools/publish'
import { Store } from '@commonchart/tools/published'
import { readExceptions } from '@commonchart/tools/schema-exceptions'
import { readSubgraphs } from '@commonchart/tools/subgraphs'
import { request } from 'undici'
import { isServed, startClients } from './clients.ts'
import { createPatient } from './records.ts'
import { startStack, type Stack } from './stack.ts'
import type { StackDomain } from './stack-domains.ts'
import { serveFile, startGate, type Gate } from './supergraph-places.ts'
import { until } from './until.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'commonchart-published-'))
const store = new Store(join(folder, 'store'))
const current = join(store.folder, 'supergraph.graphql')
/** The first gateway follows the file, the second the same file through a web server. */
const gatewayNames = ['gateway', 'gateway-2'] as const
/** Names of patients by which a request to find them is known on its way. */
const held = { gateway: 'Heldatthefile', 'gateway-2': 'Heldattheurl' } as const

let stack: Stack
let gate: Gate
let web: Awaited<ReturnType<typeof serveFile>>
let services: (name: string) => string
before(async () => {
  gate = await startGate(() => services('patients'), Object.values(held))
  web = await serveFile(current)
  const limits = {
    LIMIT_REQUESTS_PER_MINUTE_PER_CONSUMER: '10000000',
    LIMIT_REQUESTS_PER_MINUTE_PER_ADDRESS: '10000000',
    // What is held waits for a supergraph to be composed and opened, on whatever machine.
    LIMIT_ANSWER_MS: '55000',
  }
  stack = await startStack({
    gateways: 2,
    gateway: (name, urlOf) => {
      services = urlOf
      return {
        ...limits,
        SUPERGRAPH: name === 'gateway' ? current : `${web.url}/supergraph.graphql`,
        SUPERGRAPH_POLL_MS: '200',
        // The supergraph alone says where the subgraphs are.
        ...{ SUBGRAPH_URL_PATIENTS: '', SUBGRAPH_URL_APPOINTMENTS: '', SUBGRAPH_URL_CONSUMERS_AUDIT: '' },
      }
    },
    prepare: () => publish(),
  })
})
after(async () => {
  await stack?.stop()
  await Promise.all([gate?.close(), web?.close()])
  rmSync(folder, { recursive: true })
})

/** Publishes patients, behind the gate and where nobody answers, with one more field for programs. */
async function publish(field?: string): Promise<unknown> {
  const workspace = readSubgraphs().map((each) => ({ ...each, url: `${services(each.name)}/graphql` }))
  const own = workspace.find(({ name }) => name === 'patients')
  assert.ok(own)
  const more =
    field === undefined ? '' : `\nextend type Query { "(ours) Put in by a test." ${field}: String }`
  const urls = [gate.url, `http://127.0.0.1:${await findFreePort()}`].map((url) => `${url}/graphql`)
  return publishSubgraph(
    store,
    { name: 'patients', text: own.text + more, urls, by: null, commit: null },
    {
      ...{ workspace, usage: null, accepted: [] },
      exceptions: readExceptions(),
      now: () => new Date(),
    },
  )
}

async function hasField(gateway: string, field: string): Promise<boolean> {
  const { body, text } = await at(gateway).ask('{ __type(name: "Query") { fields { name } } }')
  assert.ok(body.data, text)
  const { fields } = body.data.__type as { fields: { name: string }[] }
  return fields.some(({ name }) => name === field)
}

/** The domain north as it is asked at one of the gateways. */
function at(gateway: string): StackDomain {
  const { host, token } = stack.north
  return {
    ...stack.north,
    ask: (query, variables, headers) =>
      stack.ask(`${stack.urlOf(gateway)}/graphql`, { query, variables, headers, host, token: token() }),
  }
}

test('gateways take a published supergraph from a file and from the web without losing a request, and none that is bad', async () => {
  const { id } = await createPatient(stack.north)
  for (const lastName of Object.values(held)) await createPatient(stack.north, { lastName })
  // Without a breath they would take what composing and opening a supergraph needs.
  const clients = gatewayNames.map((name) => startClients(at(name), [id], 2, { pauseMs: 25 }))
  let going = true
  const unready: number[] = []
  const watching = gatewayNames.map(async (name) => {
    for (; going; await pause(50)) {
      const { statusCode, body } = await request(`${stack.urlOf(name)}/health/ready`)
      await body.dump()
      if (statusCode !== 200) unready.push(statusCode)
    }
  })

  const underWay = gatewayNames.map((name) =>
    at(name).ask(`{ patients(lastName: "${held[name]}") { nodes { lastName } } }`),
  )
  for (const name of gatewayNames)
    await until(() => Promise.resolve(gate.waiting(held[name]) > 0), `a request of ${name} is under way`)
  await publish('addedByATest')
  for (const [at, name] of gatewayNames.entries()) {
    await until(() => hasField(name, 'addedByATest'), `${name} has taken the new supergraph`)
    gate.open(held[name])
    const answer = await underWay[at]
    assert.deepEqual(answer?.body.data, { patients: { nodes: [{ lastName: held[name] }] } }, answer?.text)
  }

  writeFileSync(`${current}.bad`, store.readSupergraph(2).slice(0, -500))
  renameSync(`${current}.bad`, current)
  for (const name of gatewayNames) {
    await until(() => Promise.resolve(stack.services[name]?.output().includes(refused) ?? false), refused)
    const line = stack.services[name]
      ?.output()
      .split('\n')
      .find((each) => each.includes(refused))
    assert.match(line ?? '', /Syntax Error: Expected Name, found <EOF>/)
    assert.equal(await hasField(name, 'addedByATest'), true)
  }

  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['tools/publish/main.ts', 'rollback', '--to', '1', '--store', store.folder],
    { cwd: root },
  )
  assert.match(stdout, /^Version 3 \(rollback to 1\)/)
  for (const name of gatewayNames)
    await until(async () => !(await hasField(name, 'addedByATest')), `${name} has rolled back`)
  going = false
  await Promise.all([...watching, ...clients.map((each) => each.stop())])
  for (const each of clients) {
    assert.ok(each.served() > 20)
    assert.deepEqual(
      each.history.filter(({ answer }) => !isServed(answer)).map(({ kind, answer }) => [kind, answer?.text]),
      [],
    )
  }
  assert.deepEqual(unready, [])
  assert.ok(web.notModified() > 0)
})

const refused = 'the supergraph is refused; what was in service stays in service'

import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { findFreePort } from '@commonchart/embedded-database'
import { chooseLength } from '@commonchart/testing'
import { Store } from '@commonchart/tools/published'
import { isServed, startClients } from './clients.ts'
import { openFront, type Front } from './fronts.ts'
import { findFaults, query, reconcileAll } from './record-check.ts'
import { publishBeside } from './publish-beside.ts'
import { createPatient } from './records.ts'
import { startService } from './service.ts'
import { startStack, type Stack } from './stack.ts'
import { until } from './until.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'commonchart-deploys-'))
const store = new Store(join(folder, 'published'))
const current = join(store.folder, 'supergraph.graphql')
const clientCount = 16
const rounds = 2
/** Two processors serve twice as many processes as usual meanwhile; without a pause the clients take what these need to start. */
const pauseMs = chooseLength({ usual: 200, soak: 5 })
/** The type of each subgraph that gets a field more with each deploy, and how a program asks for one of that type. */
const grown = {
  patients: { type: 'Patient', ask: (fields: string) => `{ patients(first: 1) { nodes { ${fields} } } }` },
  appointments: { type: 'Location', ask: (fields: string) => `{ locations { ${fields} } }` },
  'consumers-audit': { type: 'Domain', ask: null },
} as const
type Subgraph = keyof typeof grown
const subgraphs = Object.keys(grown) as Subgraph[]
const fieldOf = (deploy: number): string => `deployedField${deploy}`

let stack: Stack
let fronts: Record<string, Front>
/** Where the gateways answer, behind the one address that programs know. */
const gatewayPorts = new Map<string, number>()
before(async () => {
  const names = [...subgraphs, 'gateway']
  fronts = Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await openFront()] as const)),
  )
  stack = await startStack({
    gateways: 2,
    fronts,
    gateway: {
      LIMIT_REQUESTS_PER_MINUTE_PER_CONSUMER: '10000000',
      LIMIT_REQUESTS_PER_MINUTE_PER_ADDRESS: '10000000',
      SUPERGRAPH: current,
    },
    prepare: () => publish(0),
  })
  for (const name of ['gateway', 'gateway-2']) gatewayPorts.set(name, Number(stack.environmentOf(name).PORT))
  fronts.gateway?.lead([...gatewayPorts.values()])
})
after(async () => {
  await stack?.stop()
  await Promise.all(Object.values(fronts ?? {}).map((front) => front.close()))
  rmSync(folder, { recursive: true, force: true })
})

/** What is added to a subgraph's schema by its deploys so far. */
function growth(name: Subgraph, deploys: number): string {
  const fields = Array.from(
    { length: deploys },
    (_, at) => `"(ours) Put in by a test." ${fieldOf(at + 1)}: String`,
  )
  return deploys === 0 ? '' : `\nextend type ${grown[name].type} { ${fields.join('\n')} }\n`
}

const publish = (deploys: number): Promise<void> =>
  publishBeside({
    folder: store.folder,
    growth: Object.fromEntries(subgraphs.map((name) => [name, growth(name, deploys)])),
  })

/** Copies a subgraph as its next release, with a field more in its schema. */
function release(name: Subgraph, deploys: number): string {
  const copy = join(folder, `${name}-${deploys}`)
  cpSync(join(root, 'apps', name), join(copy, 'apps', name), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  writeFileSync(join(copy, 'apps', name, 'schema', 'deployed.graphql'), growth(name, deploys))
  return copy
}

/** Processes that were replaced and are about to end. */
const leaving: Promise<string>[] = []

/** Puts a new process in the place of one: starts it, leads to it, has the old one end as an orchestrator would. */
async function replace(name: string, lead: (port: number) => void, workspace?: string): Promise<void> {
  const port = await findFreePort()
  const environment: Record<string, string> = {
    ...stack.environmentOf(name),
    PORT: String(port),
  }
  if (name.startsWith('gateway')) environment.OPERATOR_PORT = '0'
  const next = await startService(name, environment, workspace)
  lead(port)
  const old = stack.services[name]
  stack.services[name] = next
  leaving.push((async () => `the old ${name} ended with ${await old?.stop('SIGTERM')}`)())
}

/** Whether every gateway serves what is current. */
async function isTaken(): Promise<boolean> {
  const { sha256 } = store.findLatest() ?? {}
  return [...gatewayPorts.keys()].every((name) =>
    stack.services[name]?.output().includes(`"sha256":"${sha256}"`),
  )
}

test('while everything is redeployed under load no request fails and nothing is missing from the record', async (t) => {
  const startedAt = Date.now() - 60_000
  const patients = await Promise.all(Array.from({ length: 12 }, () => createPatient(stack.north)))
  const clients = startClients(
    stack.north,
    patients.map(({ id }) => id),
    clientCount,
    { pauseMs },
  )
  await until(() => Promise.resolve(clients.served() > 100), 'the clients are served')
  const stillServed = async (what: string): Promise<void> => {
    const served = clients.served()
    await until(() => Promise.resolve(clients.served() > served + clientCount), `served after ${what}`)
  }
  for (let deploys = 1; deploys <= rounds; deploys += 1) {
    const deploy = async (name: Subgraph): Promise<void> => {
      await replace(name, (port) => fronts[name]?.lead([port]), release(name, deploys))
      await stillServed(`${name} was deployed`)
    }
    // One after the other, and then all at once: nobody asks another team first.
    if (deploys === 1) for (const name of subgraphs) await deploy(name)
    else await Promise.all(subgraphs.map(deploy))
    const [victim] = [...gatewayPorts.keys()].slice(deploys - 1)
    assert.ok(victim)
    await replace(victim, (port) => {
      gatewayPorts.set(victim, port)
      fronts.gateway?.lead([...gatewayPorts.values()])
    })
    await stillServed(`${victim} was deployed`)
    // They go on serving for seconds, in which the next are deployed.
    for (const end of await Promise.all(leaving.splice(0))) assert.match(end, / with 0$/)
    await stillServed(`those of round ${deploys} are gone`)
  }
  await publish(rounds)
  await until(isTaken, 'the gateways serve what was deployed')
  const fields = Array.from({ length: rounds }, (_, at) => fieldOf(at + 1)).join(' ')
  for (const { ask } of Object.values(grown)) {
    const answer = ask && (await stack.north.ask(ask(fields)))
    assert.ok(answer === null || isServed(answer), answer?.text)
  }
  writeFileSync(current, store.readSupergraph(store.findLatest()?.version ?? 0).slice(0, -2000))
  await until(
    () =>
      Promise.resolve(
        [...gatewayPorts.keys()].every((name) =>
          stack.services[name]?.output().includes('the supergraph is refused'),
        ),
      ),
    'the gateways refuse what is bad',
  )
  await stillServed('a bad supergraph was put in')
  await clients.stop()
  const failed = clients.history.filter(({ answer }) => !isServed(answer))
  assert.deepEqual(
    failed.map(({ kind, answer }) => `${kind}: ${answer?.status} ${answer?.text}`),
    [],
  )
  await until(
    async () => (await countWaiting()) === 0,
    'every event is delivered and every leaf has its number',
    60,
  )
  assert.deepEqual((await findFaults(stack, stack.north.domainId, clients.history)).slice(0, 20), [])
  const listed = await reconcileAll(stack, new Date(startedAt))
  assert.deepEqual([listed.faults, listed.unanswered], [[], 0])
  t.diagnostic(
    `${clients.history.length} requests, all answered, during ${(subgraphs.length + 1) * rounds} deploys`,
  )
})

/** What is still to be delivered or to be numbered. */
async function countWaiting(): Promise<number> {
  const jobs = await query<{ waiting: string }>(
    stack,
    'patients',
    'SELECT count(*) AS waiting FROM graphile_worker._private_jobs',
  )
  const leaves = await query<{ waiting: string }>(
    stack,
    'consumers-audit',
    'SELECT count(*) AS waiting FROM audit_waiting',
  )
  return Number(jobs[0]?.waiting) + Number(leaves[0]?.waiting)
}

import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { findFreePort, isRunning, removeEmbeddedDatabase } from '@commonchart/embedded-database'
import { subgraphNames, toVariable } from '@commonchart/subgraph-list'
import { openEmptyTestDatabase, startTestServer } from '@commonchart/testing'
import { portNames } from './config.ts'
import { listChildren } from './processes-of.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'commonchart-whole-'))
const home = join(folder, 'home')
const environment: Record<string, string> = {}
const started: Start[] = []

before(async () => {
  for (const name of portNames) environment[name] = String(await findFreePort())
})
after(async () => {
  for (const { child } of started) if (child.exitCode === null && child.signalCode === null) await end(child)
  await removeEmbeddedDatabase(join(home, 'database'))
  rmSync(folder, { recursive: true, force: true })
})

interface Start {
  child: ChildProcess
  output(): string
  /** Waits for words in what it prints; fails with all of it when it ends before. */
  says(words: RegExp): Promise<void>
}

function start(args: string[], variables: Record<string, string> = {}): Start {
  const child = spawn(process.execPath, ['tools/start/main.ts', ...args], {
    cwd: root,
    env: {
      ...{ PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE },
      ...{ ...environment, ...variables },
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)))
  const one: Start = {
    child,
    output: () => output,
    async says(words) {
      while (!words.test(output)) {
        assert.equal(child.exitCode, null, `it ended before it said ${words}:\n${output}`)
        await wait(20)
      }
    },
  }
  started.push(one)
  return one
}

async function end(child: ChildProcess, signal: NodeJS.Signals = 'SIGINT'): Promise<number | null> {
  const ended = once(child, 'close') as Promise<[number | null]>
  child.kill(signal)
  return (await ended)[0]
}

/** The processes that a start made: the services, PostgreSQL, and what watches it. */
function listProcesses({ child }: Start): number[] {
  return listChildren(child.pid ?? 0).map(({ pid }) => pid)
}

async function runLine(line: string): Promise<string> {
  const shell = spawn('sh', ['-c', line], { cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  shell.stdout.on('data', (chunk) => (output += String(chunk)))
  await once(shell, 'close')
  return output
}

function findCurl(output: string): string {
  const line = output.split('\n').find((each) => each.startsWith('curl '))
  assert.ok(line, output)
  return line
}

test('a start from nothing ends in a curl line that works when pasted, and Ctrl-C leaves nothing running', async () => {
  const first = start(['--home', home])
  await first.says(/complete with \d+ appointments/)
  const answer = JSON.parse(await runLine(findCurl(first.output()))) as {
    data?: { patients: { totalCount: number; nodes: object[] } }
  }
  assert.equal(answer.data?.patients.totalCount, 200)
  assert.equal(answer.data.patients.nodes.length, 3)
  assert.equal(statSync(join(home, 'demo-consumer.pem')).mode & 0o777, 0o600)
  const [, consoleUrl = '', secret = ''] =
    /first support\s+(\S+)\/invitation#(\S+)/.exec(first.output()) ?? []
  const opened = await fetch(`${consoleUrl}/api/invitations/open`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: consoleUrl },
    body: JSON.stringify({ secret }),
  })
  assert.deepEqual(await opened.json(), { domain: 'demo', role: 'support', email: null })

  const second = start(['--home', home])
  assert.equal((await once(second.child, 'close'))[0], 1)
  assert.match(second.output(), /already runs from this folder/)
  const elsewhere = start(['--home', join(folder, 'other')])
  assert.equal((await once(elsewhere.child, 'close'))[0], 1)
  assert.match(elsewhere.output(), /port \d+ for gateway is taken by another program/)

  const processes = listProcesses(first)
  assert.ok(processes.length >= 5, processes.join())
  assert.equal(await end(first.child), 0)
  assert.deepEqual(processes.filter(isRunning), [])
})

test('the next start keeps the data, and a service that ends takes everything with it', async () => {
  const again = start(['--home', home])
  await again.says(/Ctrl-C stops everything/)
  assert.doesNotMatch(again.output(), /generated clinic\n.*filling|migrations applied|complete with/)
  const answer = await runLine(findCurl(again.output()))
  assert.match(answer, /"totalCount":200/)
  const processes = listProcesses(again)
  const patients = listChildren(again.child.pid ?? 0).find(({ command }) =>
    command.includes('apps/patients/src/main.ts'),
  )
  assert.ok(patients)
  process.kill(patients.pid, 'SIGKILL')
  const [code] = (await once(again.child, 'close')) as [number | null]
  assert.equal(code, 1)
  assert.match(again.output(), /patients ended by itself: somebody ended it with SIGKILL/)
  assert.deepEqual(processes.filter(isRunning), [])
})

test('databases of one’s own replace the embedded server, and a killed start leaves nothing running', async () => {
  const server = await startTestServer()
  const databases = await Promise.all(
    [...subgraphNames, 'console'].map(async (name) => {
      const { adminUrl } = await openEmptyTestDatabase(server)
      return [`${toVariable(name)}_DATABASE_URL`, adminUrl] as const
    }),
  )
  const own = start(['--home', join(folder, 'own'), '--no-demo'], Object.fromEntries(databases))
  await own.says(/Ctrl-C stops everything/)
  assert.equal(existsSync(join(folder, 'own', 'database')), false)
  const processes = listProcesses(own)
  assert.equal(processes.length, subgraphNames.length + 2)
  await end(own.child, 'SIGKILL')
  while (processes.some(isRunning)) await wait(20)
  await server.stop()
})

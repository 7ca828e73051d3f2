import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import {
  removeEmbeddedDatabase,
  startEmbeddedDatabase,
  type EmbeddedDatabase,
} from '@commonchart/embedded-database'
import pg from 'pg'
import { openChart, type Chart } from './chart.ts'
import { createPatient } from './records.ts'
import { startStack, type Stack } from './stack.ts'
import { until } from './until.ts'

const settings = { max_connections: '200', scram_iterations: '1' }
const root = mkdtempSync(join(tmpdir(), 'commonchart-backup-'))
const folder = join(root, 'server')
const backup = join(root, 'backup')
const anchorsThen = join(root, 'anchors-then')
let server: EmbeddedDatabase
let stack: Stack
let chart: Chart

before(async () => {
  server = await startEmbeddedDatabase({ folder, settings })
  stack = await startStack({
    server: { url: server.url(), crash: () => Promise.resolve(), stop: () => server.stop() },
  })
  chart = openChart(stack)
})
after(async () => {
  chart?.close()
  await stack?.stop()
  await server?.stop()
  await removeEmbeddedDatabase(folder)
  rmSync(root, { recursive: true, force: true })
})

const ready = '{ __typename }'

async function findPatients(lastName: string): Promise<unknown[]> {
  const { body, text } = await stack.north.ask(
    'query ($lastName: SearchString) { patients(lastName: $lastName) { nodes { id firstName lastName updatedAt } } }',
    { lastName },
  )
  assert.ok(body.data?.patients, text)
  return body.data.patients.nodes as unknown[]
}

/** The size of the newest checkpoint of a domain that the gateway keeps. */
function anchoredSize(domainId: number): number {
  const file = join(stack.anchorsOf('gateway'), `${domainId}.checkpoint`)
  return existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[1]) : 0
}

/** How many leaves the log of the domain has, numbered or not. */
async function countLeaves(): Promise<number> {
  const client = new pg.Client({ connectionString: stack.databases['consumers-audit']?.adminUrl })
  await client.connect()
  const { rows } = await client.query<{ count: number }>(
    'SELECT count(*)::integer AS count FROM audit_leaf WHERE domain_id = $1',
    [stack.north.domainId],
  )
  await client.end()
  return rows[0]?.count ?? 0
}

function verify(anchors: string): ReturnType<Chart['run']> {
  return chart.run('audit', 'verify', '--domain', 'north', '--anchor', anchors)
}

/**
 * Copies the files of a server that serves, with all of its databases as of one moment: PostgreSQL's own way for tools that
 * copy files (pg_backup_start, "Making a Base Backup Using the Low Level API").
 */
async function backUp(): Promise<void> {
  const client = new pg.Client({ connectionString: server.url() })
  await client.connect()
  await client.query(`SELECT pg_backup_start('test', true)`)
  // Files come and go meanwhile; what they were stands in the log that is copied afterwards.
  execFileSync('sh', ['-c', 'cp -a "$0" "$1" || true', server.files.data, backup], { stdio: 'ignore' })
  const { rows } = await client.query<{ labelfile: string }>('SELECT labelfile FROM pg_backup_stop(false)')
  await client.end()
  rmSync(join(backup, 'pg_wal'), { recursive: true, force: true })
  execFileSync('cp', ['-a', join(server.files.data, 'pg_wal'), join(backup, 'pg_wal')])
  rmSync(join(backup, 'postmaster.pid'), { force: true })
  const label = join(backup, 'backup_label')
  writeFileSync(label, rows[0]?.labelfile ?? '')
  execFileSync('chown', ['--reference', join(backup, 'PG_VERSION'), label])
}

/** Puts the backup in the place of the server's files, and starts it at the same address. */
async function restore(): Promise<void> {
  await Promise.all(Object.values(stack.services).map((service) => service.stop('SIGKILL')))
  const { data } = server.files
  const { port } = server
  await server.stop()
  rmSync(data, { recursive: true })
  renameSync(backup, data)
  server = await startEmbeddedDatabase({ folder, port, settings })
}

test('a backup that is made while patients are written is restored with everything that was answered before it', async () => {
  const names = ['Ahmed', 'Bélanger', 'Chan']
  for (const lastName of names) await createPatient(stack.north, { lastName })
  const before = await Promise.all(names.map(findPatients))
  await until(() => Promise.resolve(anchoredSize(stack.north.domainId) > 0), 'there is an anchor')
  cpSync(stack.anchorsOf('gateway'), anchorsThen, { recursive: true })
  let isOver = false
  const writing = (async () => {
    while (!isOver) await createPatient(stack.north, { lastName: 'Meanwhile' })
  })()
  await backUp()
  isOver = true
  await writing
  const mostInBackup = await countLeaves()
  await createPatient(stack.north, { lastName: 'Afterwards' })
  await until(
    () => Promise.resolve(anchoredSize(stack.north.domainId) > mostInBackup),
    'the gateway has seen what was lost',
  )

  await restore()
  const subgraphs = ['patients', 'appointments', 'consumers-audit']
  await Promise.all(subgraphs.map((name) => stack.restart(name)))
  await stack.restart('gateway')
  await until(async () => (await stack.north.ask(ready)).status === 200, 'it is served again')
  assert.deepEqual(await Promise.all(names.map(findPatients)), before)
  assert.equal(before.flat().length, names.length)
  assert.deepEqual(await findPatients('Afterwards'), [], 'it came after the backup')
})

test('that an older state was restored is noticed by the gateway, and by whoever verifies the log against its anchors', async () => {
  await until(
    () => Promise.resolve(/CHECKPOINT_REFUSED/.test(stack.services.gateway?.output() ?? '')),
    'the gateway refuses the older log',
  )
  const { code, out } = await verify(stack.anchorsOf('gateway'))
  assert.equal(code, 1, out)
})

test('the log that was restored is whole up to the backup, and what is asked and answered is opened with the same keys', async () => {
  const { code, out, err } = await verify(anchorsThen)
  assert.equal(code, 0, out + err)
  const { body } = await stack.north.askSettings(
    '{ accessLog(first: 1, operationKind: MUTATION) { nodes { id } } }',
  )
  const { id } = body.data?.accessLog.nodes[0] as { id: string }
  const opened = await stack.north.askSettings('query ($id: ID!) { accessRecord(id: $id) { response } }', {
    id,
  })
  assert.match(opened.text, /createPatient/)
})

test('with the newer anchors put aside the log goes on from what was restored', async () => {
  await stack.services.gateway?.stop()
  renameSync(stack.anchorsOf('gateway'), join(root, 'anchors-kept-as-evidence'))
  await stack.restart('gateway')
  await until(async () => (await stack.north.ask(ready)).status === 200, 'it is served')
  await createPatient(stack.north, { lastName: 'Later' })
  await until(() => Promise.resolve(anchoredSize(stack.north.domainId) > 0), 'there is a new anchor')
  const { code, out } = await verify(stack.anchorsOf('gateway'))
  assert.equal(code, 0, out)
  assert.doesNotMatch(stack.services.gateway?.output() ?? '', /CHECKPOINT_REFUSED/)
})

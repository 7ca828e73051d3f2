import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { listDomainTables, openDatabase } from '@commonchart/database'
import { sql, type Kysely } from 'kysely'
import { openChart, type Chart } from './chart.ts'
import { createClinic } from './clinic.ts'
import { createPatient } from './records.ts'
import { startStack, type Stack } from './stack.ts'
import type { StackDomain } from './stack-domains.ts'
import { until } from './until.ts'

const subgraphs = ['patients', 'appointments', 'consumers-audit'] as const
type Subgraph = (typeof subgraphs)[number]

let stack: Stack
let chart: Chart
let folder: string
/** As the superuser, whom row-level security does not hold. */
let databases: Record<Subgraph, Kysely<unknown>>

before(async () => {
  stack = await startStack()
  chart = openChart(stack)
  folder = mkdtempSync(join(tmpdir(), 'commonchart-export-'))
  databases = Object.fromEntries(
    subgraphs.map((name) => [name, openDatabase(stack.databases[name]?.adminUrl ?? '', { max: 2 })]),
  ) as typeof databases
  for (const domain of [stack.north, stack.south]) {
    await createClinic(domain)
    for (const lastName of ['Ahmed', 'Bélanger', 'Chan']) await createPatient(domain, { lastName })
  }
})
after(async () => {
  for (const db of Object.values(databases)) await db.destroy()
  chart.close()
  rmSync(folder, { recursive: true, force: true })
  await stack.stop()
})

function readRows(...file: string[]): Record<string, unknown>[] {
  return readFileSync(join(folder, ...file), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}

/** The rows of a domain in every table of a subgraph, as text. */
async function rowsOf(subgraph: Subgraph, { domainId }: StackDomain): Promise<Record<string, string[]>> {
  const db = databases[subgraph]
  const found: Record<string, string[]> = {}
  for (const { name, domainColumn } of await listDomainTables(db)) {
    const { rows } = await sql<{ row: string }>`SELECT to_jsonb(t)::text AS row FROM ${sql.table(name)} t
      WHERE ${sql.ref(domainColumn)} = ${domainId} ORDER BY 1`.execute(db)
    found[name] = rows.map(({ row }) => row)
  }
  return found
}

/** Waits until what happened in a domain has its place in the audit log and no event is on its way. */
async function settled({ domainId }: StackDomain): Promise<void> {
  await until(async () => {
    const { rows } = await sql<{ left: number }>`SELECT count(*)::integer AS left FROM audit_pending
      WHERE domain_id = ${domainId}`.execute(databases['consumers-audit'])
    const jobs = await Promise.all(
      subgraphs.map((name) =>
        sql`SELECT FROM graphile_worker._private_jobs LIMIT 1`.execute(databases[name]),
      ),
    )
    return rows[0]?.left === 0 && jobs.every((each) => each.rows.length === 0)
  }, 'everything that happened is in the log')
  await until(async () => {
    const { rows } =
      await sql`SELECT FROM audit_tree WHERE domain_id = ${domainId} AND signed_size = size`.execute(
        databases['consumers-audit'],
      )
    return rows.length === 1
  }, 'a checkpoint covers the log')
}

test('an export has every row of every table of the domain, and none of another', async () => {
  await settled(stack.north)
  const { code, err } = await chart.run('domain', 'export', 'north', '--to', join(folder, 'north'))
  assert.equal(code, 0, err)
  const inOtherForm = ['access_body', 'record_key']
  for (const subgraph of subgraphs)
    for (const [table, rows] of Object.entries(await rowsOf(subgraph, stack.north))) {
      if (inOtherForm.includes(table)) continue
      const exported = readRows('north', subgraph, `${table}.ndjson`)
      const expected = rows.map((row) => JSON.parse(row) as Record<string, unknown>)
      for (const row of expected) if (table === 'access_log') delete row.sealed
      const written = (list: object[]) => list.map((row) => JSON.stringify(row)).sort()
      assert.deepEqual(written(exported), written(expected), `${subgraph}: ${table}`)
    }
  assert.equal(readRows('north', 'patients', 'patient.ndjson').length, 3)
})

test('the manifest of an export names every file with its rows and its digest', () => {
  const { subgraphs: parts } = JSON.parse(readFileSync(join(folder, 'north', 'manifest.json'), 'utf8')) as {
    subgraphs: Record<string, { files: Record<string, { rows: number; sha256: string }> }>
  }
  for (const subgraph of subgraphs) {
    const { files = {} } = parts[subgraph] ?? {}
    const there = readdirSync(join(folder, 'north', subgraph)).filter((name) => name.endsWith('.ndjson'))
    assert.deepEqual(Object.keys(files).sort(), there.sort())
    for (const [name, { rows, sha256 }] of Object.entries(files)) {
      const bytes = readFileSync(join(folder, 'north', subgraph, name))
      assert.equal(createHash('sha256').update(bytes).digest('hex'), sha256, name)
      assert.equal(readRows('north', subgraph, name).length, rows, name)
    }
  }
})

test('an export has what was asked and answered, opened, and no key', () => {
  const records = readRows('north', 'consumers-audit', 'access_record.ndjson')
  assert.equal(records.length, readRows('north', 'consumers-audit', 'access_log.ndjson').length)
  assert.ok(
    records.some(
      ({ request, response }) => /Bélanger/.test(String(request)) && /createPatient/.test(String(response)),
    ),
  )
  for (const name of readdirSync(join(folder, 'north', 'consumers-audit')))
    assert.doesNotMatch(name, /record_key|access_body/)
})

test('the audit log of an export is verified offline against its checkpoint, and a changed one is found out', async () => {
  const at = (name: string) => join(folder, 'north', 'consumers-audit', name)
  const verify = () =>
    chart.run(
      ...['audit', 'verify', '--export', at('audit_log.ndjson')],
      ...['--anchor', at('newest.checkpoint'), '--key', at('audit.key')],
    )
  const good = await verify()
  assert.equal(good.code, 0, good.out + good.err)
  const text = readFileSync(at('audit_log.ndjson'), 'utf8')
  writeFileSync(at('audit_log.ndjson'), text.replace('patient.created', 'patient.updated'))
  assert.equal((await verify()).code, 1)
  writeFileSync(at('audit_log.ndjson'), text)
})

test('an export is written once, never over another, and of a domain that there is', async () => {
  assert.equal((await chart.run('domain', 'export', 'north', '--to', join(folder, 'north'))).code, 2)
  const unknown = await chart.run('domain', 'export', 'nowhere', '--to', join(folder, 'nowhere'))
  assert.equal(unknown.code, 1)
  assert.match(unknown.err, /no domain of this name/)
  assert.ok(!existsSync(join(folder, 'nowhere')))
})

test('an export that breaks off leaves nothing that looks whole', async () => {
  const running = chart.run('domain', 'export', 'north', '--to', join(folder, 'broken'))
  await until(() => Promise.resolve(existsSync(join(folder, 'broken.part', 'appointments'))), 'it has begun')
  stack.services['consumers-audit']?.process.kill('SIGKILL')
  const { code } = await running
  assert.notEqual(code, 0)
  assert.ok(!existsSync(join(folder, 'broken')))
  await stack.restart('consumers-audit')
})

test('only an operator exports a domain', async () => {
  for (const token of [stack.people.signPersonToken('north'), stack.north.token()]) {
    const answer = await fetch(
      `${new URL(stack.operatorUrl).origin}/operator/export/patients/domain?domain=north`,
      {
        headers: { authorization: `Bearer ${token}` },
      },
    )
    assert.equal(answer.status, 401)
  }
  const answer = await fetch(`${stack.url}/operator/export/patients/domain?domain=north`)
  assert.equal(answer.status, 404)
})

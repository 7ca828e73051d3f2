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
    const { rows } = await sql<{ left: number }>`SELECT count(*)::integer AS left FROM audit_waiting
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

async function deletionOf(name: string): Promise<Record<string, unknown> | null> {
  const { body, text } = await stack.askOperator(
    'query ($name: String!) { domain(name: $name) { state deletion { scheduledFor requestedBy begunAt completedAt } } }',
    { name },
  )
  assert.ok(body.data?.domain, text)
  return body.data.domain.deletion as Record<string, unknown> | null
}

function enable(name: string) {
  return stack.askOperator(
    'mutation ($input: EnableDomainInput!) { enableDomain(input: $input) { domain { state } } }',
    { input: { name, contract: 'contract-1' } },
  )
}

test('the end of a domain is set with its name said twice, takes it out of service, and can be called off', async () => {
  const unsure = await chart.run('domain', 'delete', 'north', '--days', '3')
  assert.deepEqual([unsure.code, await deletionOf('north')], [2, null])
  const { code, err } = await chart.run('domain', 'delete', 'north', '--days', '3', '--confirm', 'north')
  assert.equal(code, 0, err)
  const set = await deletionOf('north')
  const days = (Date.parse(String(set?.scheduledFor)) - Date.now()) / 86_400_000
  assert.ok(days > 2.9 && days <= 3)
  assert.deepEqual([set?.requestedBy, set?.begunAt, set?.completedAt], ['Operator', null, null])
  await until(async () => (await stack.north.ask('{ __typename }')).status === 403, 'it is out of service')
  const { body } = await enable('north')
  assert.equal(body.errors?.[0]?.extensions.code, 'DOMAIN_BEING_DELETED')
  assert.match((await chart.run('domain', 'list')).out, /north .* to be deleted \d{4}-/)
  assert.equal((await chart.run('domain', 'delete', 'north', '--cancel')).code, 0)
  assert.equal(await deletionOf('north'), null)
  assert.ok((await enable('north')).body.data?.enableDomain)
  await until(async () => (await stack.north.ask('{ __typename }')).status === 200, 'it is served again')
})

test('the time of grace is from a day to a year, of a domain that there is', async () => {
  const selection = '{ clientMutationId domain { name state deletion { scheduledFor requestedBy } } }'
  const schedule = async (input: object) => {
    const { body } = await stack.askOperator(
      `mutation ($input: ScheduleDomainDeletionInput!) { scheduleDomainDeletion(input: $input) ${selection} }`,
      { input },
    )
    return body.data?.scheduleDomainDeletion ?? body.errors?.[0]?.extensions.code
  }
  const south = { name: 'south', clientMutationId: 'the end' }
  for (const days of [0, 366, -1]) assert.equal(await schedule({ ...south, days }), 'VALIDATION_FAILED')
  assert.equal(await schedule({ name: 'nowhere', days: 5 }), 'NOT_FOUND')
  const { clientMutationId, domain } = await schedule({ ...south, days: 5 })
  assert.deepEqual([clientMutationId, domain.name, domain.state], ['the end', 'south', 'DISABLED'])
  const { body } = await stack.askOperator(
    `mutation ($input: CancelDomainDeletionInput!) { cancelDomainDeletion(input: $input) ${selection} }`,
    { input: { ...south, clientMutationId: 'not yet' } },
  )
  const cancelled = {
    clientMutationId: 'not yet',
    domain: { name: 'south', state: 'DISABLED', deletion: null },
  }
  assert.deepEqual(body.data?.cancelDomainDeletion, cancelled)
})

/** Has the job that runs each minute run now, and waits until it has. */
async function runDeletion(): Promise<void> {
  const db = databases['consumers-audit']
  await sql`SELECT graphile_worker.add_job('domain.deletion', '{"domainId":0}', job_key := 'now')`.execute(db)
  await until(async () => {
    const { rows } = await sql`SELECT FROM graphile_worker._private_jobs WHERE key = 'now'`.execute(db)
    return rows.length === 0
  }, 'the job has run')
}

async function countRows(subgraph: Subgraph): Promise<number> {
  const { rows } = await sql<{ count: number }>`SELECT count(*)::integer AS count FROM audit_event
    WHERE domain_id = ${stack.north.domainId}`.execute(databases[subgraph])
  return rows[0]?.count ?? 0
}

test('nothing of a domain is deleted before its time', async () => {
  assert.equal((await chart.run('domain', 'delete', 'north', '--confirm', 'north')).code, 0)
  await settled(stack.north)
  const before = await countRows('patients')
  await runDeletion()
  assert.equal(await countRows('patients'), before)
  assert.equal((await deletionOf('north'))?.begunAt, null)
})

test('a domain whose time has come is deleted everywhere, whoever is killed meanwhile, and no other is touched', async () => {
  await settled(stack.south)
  const others = await Promise.all(subgraphs.map((name) => rowsOf(name, stack.south)))
  await sql`INSERT INTO audit_event (domain_id, id, action, record_type, record_id, fields, principal, request_id)
    SELECT ${stack.north.domainId}, gen_random_uuid(), 'patient.updated', 'Patient', '1', '{}', '{}', 'old'
    FROM generate_series(1, 20000)`.execute(databases.patients)
  await sql`UPDATE patient SET merged_into = (SELECT min(id) FROM patient WHERE domain_id = ${stack.north.domainId})
    WHERE domain_id = ${stack.north.domainId}`.execute(databases.patients)
  await sql`UPDATE domain SET delete_at = now() WHERE name = 'north'`.execute(databases['consumers-audit'])
  await runDeletion()
  assert.notEqual((await deletionOf('north'))?.begunAt, null)
  const all = await countRows('patients')
  const stopped = runDeletion().catch(() => undefined)
  await until(async () => (await countRows('patients')) < all, 'some rows are gone')
  for (const name of ['patients', 'consumers-audit'] as const) stack.services[name]?.process.kill('SIGKILL')
  assert.ok((await countRows('patients')) > 0, 'it was killed in the midst')
  for (const name of ['patients', 'consumers-audit'] as const) await stack.restart(name)
  await sql`SELECT graphile_worker.force_unlock_workers(array_agg(locked_by)) FROM graphile_worker.jobs
    HAVING count(locked_by) > 0`.execute(databases['consumers-audit'])
  await stopped
  await until(async () => {
    await runDeletion()
    return (await deletionOf('north'))?.completedAt !== null
  }, 'nothing is left')
  const left = await Promise.all(subgraphs.map((name) => rowsOf(name, stack.north)))
  const tables = left.flatMap((of) => Object.entries(of).flatMap(([name, rows]) => rows.map(() => name)))
  assert.deepEqual([...tables].sort(), [
    ...['audit_checkpoint', 'audit_tree', 'domain'],
    ...['domain_ref', 'domain_ref', 'domain_ref'],
    // The domain's and that of its program: ids and versions, from which gateways learn that both are gone.
    ...['registry_entry', 'registry_entry'],
  ])
  assert.deepEqual(await Promise.all(subgraphs.map((name) => rowsOf(name, stack.south))), others)
})

test('an event of a deleted domain that comes late leaves nothing', async () => {
  const { domainId } = stack.north
  const job = { target: 'patients', id: crypto.randomUUID(), type: 'location.changed' }
  const payload = { id: 1, name: 'Main', state: 'ACTIVE', version: 1 }
  await sql`SELECT commonchart.enqueue('deliver', ${domainId}, ${JSON.stringify({ ...job, payload })}::jsonb, 'late')`.execute(
    databases.appointments,
  )
  await until(async () => {
    const { rows } = await sql`SELECT FROM graphile_worker._private_jobs WHERE key = 'late'`.execute(
      databases.appointments,
    )
    return rows.length === 0
  }, 'the event was delivered')
  const left = await rowsOf('patients', stack.north)
  assert.deepEqual([left.location_ref, left.received_event], [[], []])
})

test('the platform’s log says that the domain is gone, and gateways see nothing amiss with what is left of its log', async () => {
  const { body, text } = await stack.askOperator(
    '{ auditLog(first: 5, action: "domain.deleted") { nodes { recordId action } } }',
  )
  const gone = { recordId: String(stack.north.domainId), action: 'domain.deleted' }
  assert.deepEqual(body.data?.auditLog.nodes, [gone], text)
  assert.doesNotMatch(stack.services.gateway?.output() ?? '', /CHECKPOINT_REFUSED/)
  const enabled = await enable('north')
  assert.equal(enabled.body.errors?.[0]?.extensions.code, 'DOMAIN_BEING_DELETED')
})

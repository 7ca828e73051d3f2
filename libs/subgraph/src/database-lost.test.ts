import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { openDatabase } from '@commonchart/database'
import { sql, type Kysely } from 'kysely'
import { startNotes, type Answer } from '../fixtures/running-notes.ts'

let notes: Awaited<ReturnType<typeof startNotes>>
let admin: Kysely<unknown>
before(async () => {
  notes = await startNotes({
    streams: {
      '/export/notes': (context) =>
        context.read(async (trx) => {
          await sql`SELECT 1`.execute(trx)
          return { contentType: 'text/plain', chunks: (async function* () {})() }
        }),
    },
  })
  admin = openDatabase(notes.adminUrl, { max: 2 })
})
afterEach(() => {
  notes.connections.decide = () => 'pass'
})
after(async () => {
  await admin.destroy()
  await notes.stop()
})

const create = 'mutation ($text: String!) { createNote(input: { text: $text }) { id text } }'
const list = '{ one: notes { nodes { id } } two: notes { nodes { id } } }'
const unavailable = { code: 'SUBGRAPH_UNAVAILABLE', area: 'notes' }

async function count(text: string): Promise<number> {
  const { rows } = await sql<{ count: string }>`SELECT count(*) FROM note WHERE text = ${text}`.execute(admin)
  return Number(rows[0]?.count)
}

function factsOf({ body }: Answer): (Record<string, unknown> | undefined)[] {
  assert.ok(body.errors, JSON.stringify(body))
  return body.errors.map(({ extensions }) => extensions)
}

/** Breaks the connection in place of the first `times` statements that match; gives how many came. */
function breakAt(pattern: RegExp, times = Infinity): () => number {
  let came = 0
  notes.connections.decide = (sent) => {
    if (!pattern.test(sent)) return 'pass'
    came += 1
    return came <= times ? 'break' : 'pass'
  }
  return () => came
}

test('a query whose connection breaks is answered over another', async () => {
  const came = breakAt(/from "note"/, 1)
  const { body } = await notes.ask(list)
  assert.equal(body.errors, undefined, JSON.stringify(body))
  // Both reads of the request leave in one piece, which is sent a second time.
  assert.equal(came(), 2)
})

test('a query whose second connection breaks too names the area, and the log is told once, with the cause', async () => {
  breakAt(/from "note"/)
  notes.logged.length = 0
  const answer = await notes.ask(list)
  assert.deepEqual(factsOf(answer), [unavailable])
  const told = notes.logged.map((line) => JSON.parse(line) as { level: number; err?: { cause?: unknown } })
  const lines = told.filter(({ err }) => err?.cause)
  assert.deepEqual(
    lines.map(({ level }) => level),
    [40],
  )
  assert.ok(told.every(({ level }) => level === 40))
})

test('a mutation whose connection breaks before COMMIT runs again and is carried out once', async () => {
  const came = breakAt(/insert into "note"/, 1)
  const { body } = await notes.ask(create, { text: 'again' })
  assert.equal(body.errors, undefined, JSON.stringify(body))
  assert.equal(came(), 2)
  assert.equal(await count('again'), 1)
})

test('a mutation that is ended by the server in the midst of a statement runs again', async () => {
  const locked = await admin.connection().execute(async (holder) => {
    await sql`BEGIN; LOCK TABLE note`.execute(holder)
    const asked = notes.ask(create, { text: 'ended' })
    let pid: number | undefined
    while (pid === undefined) {
      const { rows } = await sql<{ pid: number }>`SELECT pid FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'`.execute(admin)
      pid = rows[0]?.pid
    }
    await sql`SELECT pg_terminate_backend(${pid})`.execute(admin)
    await sql`ROLLBACK`.execute(holder)
    return asked
  })
  assert.equal(locked.body.errors, undefined, JSON.stringify(locked.body))
  assert.equal(await count('ended'), 1)
})

test('a mutation that cannot be carried out says that nothing was', async () => {
  breakAt(/insert into "note"/)
  assert.deepEqual(factsOf(await notes.ask(create, { text: 'never' })), [{ ...unavailable, executed: false }])
  assert.equal(await count('never'), 0)
})

test('where the answer to COMMIT is lost nobody says whether it ran, and the same key tells later', async () => {
  notes.connections.decide = (sent) => (sent.includes('COMMIT') ? 'lose the answer' : 'pass')
  const mark = { mutations: [{ key: 'perhaps', fingerprint: 'f', path: 'createNote' }] }
  const first = await notes.ask(create, { text: 'perhaps' }, mark)
  assert.deepEqual(factsOf(first), [{ ...unavailable, executed: 'unknown' }])
  notes.connections.decide = () => 'pass'
  const again = await notes.ask(create, { text: 'perhaps' }, mark)
  assert.deepEqual(again.body.extensions?.idempotency, 'REPLAYED')
  assert.equal(await count('perhaps'), 1)
})

test('a mutation that was committed says so when its answer cannot be read', async () => {
  breakAt(/from "note"/)
  assert.deepEqual(factsOf(await notes.ask(create, { text: 'written' })), [
    { ...unavailable, executed: true },
  ])
  assert.equal(await count('written'), 1)
})

test('while the server is down the area is named, and everything is served as soon as it is up', async () => {
  await notes.connections.goDown()
  assert.deepEqual(factsOf(await notes.ask(list)), [unavailable])
  assert.deepEqual(factsOf(await notes.ask(create, { text: 'down' })), [{ ...unavailable, executed: false }])
  const token = notes.gatewaySigner.sign(notes.createIdentity({ kind: 'person' }), 'notes', '{}')
  const stream = await notes.post('/export/notes', '{}', token)
  assert.equal(stream.status, 503)
  assert.deepEqual(((await stream.json()) as Answer['body']).errors?.[0]?.extensions, unavailable)
  await notes.connections.comeUp()
  assert.equal((await notes.ask(create, { text: 'down' })).body.errors, undefined)
  assert.equal(await count('down'), 1)
})

test('what is wrong with a statement is no lost database', async () => {
  const { body } = await notes.ask('{ fail }')
  assert.equal(body.errors?.[0]?.extensions.code, 'INTERNAL_SERVER_ERROR')
})

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { withDomain } from '@commonchart/database'
import { sql } from 'kysely'
import { startNotes } from '../fixtures/running-notes.ts'

let notes: Awaited<ReturnType<typeof startNotes>>
before(async () => {
  notes = await startNotes()
})
after(() => notes.stop())

const create = 'mutation ($text: String!) { createNote(input: { text: $text }) { id text } }'
const mark = (key: string, fingerprint = 'f') => ({ mutations: [{ key, fingerprint, path: 'createNote' }] })

async function count(table: string): Promise<number> {
  return withDomain(notes.db, 1, async (trx) => {
    const { rows } = await sql<{ count: string }>`SELECT count(*) FROM ${sql.table(table)}`.execute(trx)
    return Number(rows[0]?.count)
  })
}

test('a mutation commits its change, its audit event and its outgoing event together', async () => {
  const [before, audits] = [await count('note'), await count('audit_event')]
  await notes.ask(create, { text: 'one' })
  assert.equal(await count('note'), before + 1)
  assert.equal(await count('audit_event'), audits + 1)
})

test('a refused mutation leaves nothing behind, not even its key', async () => {
  const [before, audits, keys] = [
    await count('note'),
    await count('audit_event'),
    await count('idempotency_key'),
  ]
  const { body } = await notes.ask(create, { text: 'refuse' }, mark('refused'))
  assert.equal(body.errors?.[0]?.extensions.code, 'NOT_FOUND')
  assert.deepEqual(
    [await count('note'), await count('audit_event'), await count('idempotency_key')],
    [before, audits, keys],
  )
})

test('a retry under the same key runs nothing and answers what is on the record now', async () => {
  const first = await notes.ask(create, { text: 'first' }, mark('retry'))
  const { id } = first.body.data?.createNote as { id: string }
  await withDomain(notes.db, 1, (trx) =>
    trx.updateTable('note').set({ text: 'edited' }).where('id', '=', id).execute(),
  )
  const before = await count('note')
  const again = await notes.ask(create, { text: 'first' }, mark('retry'))
  assert.deepEqual(again.body.data?.createNote, { id, text: 'edited' })
  assert.equal(again.body.extensions?.idempotency, 'REPLAYED')
  assert.equal(await count('note'), before)
})

test('a key used for something else is refused', async () => {
  await notes.ask(create, { text: 'a' }, mark('reused', 'one'))
  const { body } = await notes.ask(create, { text: 'b' }, mark('reused', 'two'))
  assert.equal(body.errors?.[0]?.extensions.code, 'IDEMPOTENCY_KEY_REUSED')
})

test('the same key of another consumer or another domain is another key', async () => {
  const before = await count('note')
  await notes.ask(create, { text: 'a' }, { ...mark('shared'), subject: '1' })
  const other = await notes.ask(create, { text: 'a' }, { ...mark('shared'), subject: '2' })
  const elsewhere = await notes.ask(create, { text: 'a' }, { ...mark('shared'), domainId: 2 })
  assert.equal(other.body.extensions?.idempotency, undefined)
  assert.equal(elsewhere.body.extensions?.idempotency, undefined)
  assert.equal(await count('note'), before + 2)
})

test('twenty retries at once act once', async () => {
  const before = await count('note')
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => notes.ask(create, { text: 'burst' }, mark('burst'))),
  )
  const ids = new Set(answers.map(({ body }) => (body.data?.createNote as { id: string } | undefined)?.id))
  assert.equal(ids.size, 1)
  assert.equal(await count('note'), before + 1)
})

test('a key that is still in use is refused after 2 s', async () => {
  const held = withDomain(notes.db, 1, async (trx) => {
    await trx
      .insertInto('idempotencyKey')
      .values({
        domainId: 1,
        principal: 'consumer:1',
        key: 'held',
        path: 'createNote',
        fingerprint: 'f',
        made: null,
        createdAt: sql`now()`,
      })
      .execute()
    const { body } = await notes.ask(create, { text: 'x' }, mark('held'))
    assert.equal(body.errors?.[0]?.extensions.code, 'IDEMPOTENCY_KEY_IN_USE')
    throw new Error('undo')
  })
  await assert.rejects(held, /undo/)
})

test('a key older than 24 hours is free again', async () => {
  await notes.ask(create, { text: 'old' }, mark('old'))
  await withDomain(notes.db, 1, (trx) =>
    trx
      .updateTable('idempotencyKey')
      .set({ createdAt: new Date(Date.now() - 86_460_000) })
      .where('key', '=', 'old')
      .execute(),
  )
  const { body } = await notes.ask(create, { text: 'old' }, mark('old'))
  assert.equal(body.extensions?.idempotency, undefined)
})

test('warnings of a change reach the answer', async () => {
  const { body } = await notes.ask(create, { text: 'warn' })
  assert.deepEqual(body.extensions?.warnings, [{ code: 'ODD', message: 'An odd note.' }])
})

test('the audit log is append only: the program can neither change nor delete what is in it', async () => {
  for (const statement of ['UPDATE audit_event SET action = $$x$$', 'DELETE FROM audit_event'])
    await assert.rejects(
      withDomain(notes.db, 1, (trx) => sql.raw(statement).execute(trx)),
      /permission denied/,
    )
})

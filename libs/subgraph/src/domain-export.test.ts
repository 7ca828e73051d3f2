import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { isRefusal } from '@commonchart/errors'
import { sql } from 'kysely'
import { startNotes } from '../fixtures/running-notes.ts'
import type { NoteTables } from '../fixtures/notes.ts'
import { SubgraphContext } from './context.ts'
import { createDomainExport } from './domain-export.ts'

const noteCount = 1203
let notes: Awaited<ReturnType<typeof startNotes>>
before(async () => {
  notes = await startNotes()
  for (const [id, name] of [
    [1, 'north'],
    [2, 'south'],
  ] as const) {
    await sql`INSERT INTO domain_ref (id, name, hosts, state, zone, version)
      VALUES (${id}, ${name}, '{}', 'ACTIVE', 'UTC', 1)`.execute(notes.db)
    await insertSettings(id, noteCount)
  }
})
after(() => notes.stop())

async function insertSettings(domainId: number, count: number, prefix = 'setting'): Promise<void> {
  await notes.db.transaction().execute(async (trx) => {
    await sql.raw(`SET LOCAL app.domain_id = '${domainId}'`).execute(trx)
    await sql`INSERT INTO domain_setting (domain_id, name, value)
      SELECT ${domainId}, ${prefix} || n, to_jsonb(n) FROM generate_series(1, ${count}) n`.execute(trx)
  })
}

function open(kind: 'operator' | 'consumer', domain: string) {
  const identity = notes.createIdentity({ kind, domainId: null })
  const context = new SubgraphContext<NoteTables>(identity, notes.db, {
    post: () => Promise.reject(new Error('nobody')),
  })
  return createDomainExport<NoteTables>()(context, { domain })
}

test('an export is as of one moment: what is committed while it is read is not in it', async () => {
  const { chunks } = await open('operator', 'north')
  let text = ''
  for await (const chunk of chunks) {
    if (text === '') await insertSettings(1, 5, 'late')
    text += chunk
  }
  const lines = text.trimEnd().split('\n')
  const settings = lines.filter((line) => line.startsWith('{"list":"domain_setting"'))
  assert.equal(settings.length, noteCount)
  assert.doesNotMatch(text, /late|south|"domain_id": 2/)
  const { end } = JSON.parse(lines.at(-1) ?? '') as { end: Record<string, number> }
  assert.deepEqual([end.domain_setting, end.domain_ref], [noteCount, 1])
})

test('an export that its reader leaves gives its connection back', async () => {
  for (let at = 0; at < 20; at += 1) for await (const _ of (await open('operator', 'south')).chunks) break
  assert.ok((await open('operator', 'south')).chunks)
  assert.equal((await sql`SELECT 1`.execute(notes.db)).rows.length, 1)
})

test('nobody but an operator has an export, and only of a domain that there is', async () => {
  const codeOf = (asked: Promise<unknown>) =>
    asked.then(
      () => 'given',
      (error: unknown) => (isRefusal(error) ? error.extensions.code : 'failed'),
    )
  assert.equal(await codeOf(open('consumer', 'north')), 'FORBIDDEN')
  assert.equal(await codeOf(open('operator', 'west')), 'NOT_FOUND')
})

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { startNotes } from '../fixtures/running-notes.ts'
import { SubgraphContext } from './context.ts'

let notes: Awaited<ReturnType<typeof startNotes>>
before(async () => {
  notes = await startNotes()
})
after(() => notes.stop())

const nobody = { post: () => Promise.reject(new Error('nobody is there')) }

test('a read that comes when the request is answered is refused and holds no connection', async () => {
  const more = Array.from({ length: 20 }, async () => {
    const context = new SubgraphContext(notes.createIdentity(), notes.db, nobody)
    await context.close()
    await assert.rejects(
      context.read((trx) => sql`SELECT 1`.execute(trx)),
      /answered already/,
    )
  })
  await Promise.all(more)
  assert.equal((await notes.ask('{ notes { totalCount } }')).status, 200)
})

test('a read that is under way when the request is answered leaves no transaction open', async () => {
  const contexts = Array.from({ length: 20 }, async () => {
    const context = new SubgraphContext(notes.createIdentity(), notes.db, nobody)
    const late = context.read(() => Promise.resolve()).catch((error: Error) => error)
    await context.close()
    await late
  })
  await Promise.all(contexts)
  assert.equal((await notes.ask('{ notes { totalCount } }')).status, 200)
})

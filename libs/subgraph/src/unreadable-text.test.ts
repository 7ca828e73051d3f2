import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startNotes } from '../fixtures/running-notes.ts'

let notes: Awaited<ReturnType<typeof startNotes>>
before(async () => {
  notes = await startNotes()
})
after(() => notes.stop())

test('an argument with U+0000 is refused where it stands, and the fields beside it are answered', async () => {
  const { body } = await notes.ask(
    'query ($after: String) { notes(after: $after) { totalCount } other: notes { totalCount } }',
    {
      after: 'a\0b',
    },
  )
  assert.equal(body.errors?.[0]?.extensions.code, 'BAD_USER_INPUT')
  assert.equal(body.errors?.[0]?.extensions.path, 'after')
  assert.equal(body.errors?.length, 1)
})

test('a text that the database cannot store is the caller’s mistake, and stores nothing', async () => {
  const { body } = await notes.ask('mutation { createNote(input: { text: "a\\u0000b" }) { id } }')
  assert.equal(body.errors?.[0]?.extensions.code, 'BAD_USER_INPUT')
  const { body: read } = await notes.ask('{ notes { totalCount } }')
  assert.deepEqual(read.data?.notes, { totalCount: 0 })
})

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startNotes, type Answer } from '../fixtures/running-notes.ts'

let notes: Awaited<ReturnType<typeof startNotes>>
before(async () => {
  notes = await startNotes()
})
after(() => notes.stop())

const read = '{ notes { totalCount } }'
const write = 'mutation { createNote(input: { text: "scoped" }) { id } }'
const entities = '{ _entities(representations: []) { __typename } }'

function missing({ body }: Answer): unknown {
  const { code, scopes } = body.errors?.[0]?.extensions ?? {}
  return body.data === undefined && code === 'SCOPE_MISSING' ? scopes : body
}

test('a restricted caller without the scope to read is refused by the subgraph itself, and nothing is run', async () => {
  const before = notes.statements.length
  for (const scopes of [[], ['notes:write'], ['patients:read']])
    for (const query of [read, entities, '{ _service { sdl } }', '{ __schema { types { name } } }'])
      assert.deepEqual(missing(await notes.ask(query, {}, { scopes })), ['notes:read'])
  assert.equal(notes.statements.length, before)
})

test('a restricted caller without the scope to write changes nothing', async () => {
  const before = notes.statements.length
  for (const scopes of [[], ['notes:read'], ['patients:write']])
    assert.deepEqual(missing(await notes.ask(write, {}, { scopes })), ['notes:write'])
  assert.equal(notes.statements.length, before)
})

test('a caller with the scope is served, and so is one without any restriction', async () => {
  assert.equal((await notes.ask(read, {}, { scopes: ['notes:read'] })).body.errors, undefined)
  assert.equal((await notes.ask(write, {}, { scopes: ['notes:write'] })).body.errors, undefined)
  assert.equal((await notes.ask(write, {}, { scopes: null })).body.errors, undefined)
})

test('of people the support account alone changes anything, though the mutation itself asks nobody', async () => {
  const countInserts = () => notes.statements.filter((text) => /insert/i.test(text)).length
  const before = countInserts()
  for (const role of ['auditor', 'import', 'Support', null]) {
    const { body } = await notes.ask(write, {}, { kind: 'person', role })
    assert.deepEqual([body.data, body.errors?.[0]?.extensions.code], [undefined, 'FORBIDDEN'], String(role))
  }
  assert.equal(countInserts(), before)
  const person = { kind: 'person', role: 'support' } as const
  assert.equal((await notes.ask(write, {}, person)).body.errors, undefined)
  assert.equal((await notes.ask(read, {}, { kind: 'person', role: 'auditor' })).body.errors, undefined)
})

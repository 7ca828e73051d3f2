import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startNotes } from '../fixtures/running-notes.ts'

let notes: Awaited<ReturnType<typeof startNotes>>
before(async () => {
  notes = await startNotes()
})
after(() => notes.stop())

const body = JSON.stringify({ query: '{ notes { nodes { id } } }' })

async function isRefused(token: string | undefined, sent = body): Promise<void> {
  const before = notes.statements.length
  for (const path of ['/graphql', '/internal/events', '/internal/references']) {
    const response = await notes.post(path, sent, token)
    assert.equal(response.status, 401)
    assert.equal(await response.text(), 'no valid identity')
  }
  assert.equal(notes.statements.length, before, 'nothing was run')
}

test('a request without an identity is answered 401 and nothing is run, introspection and _entities included', async () => {
  await isRefused(undefined)
  await isRefused(undefined, JSON.stringify({ query: '{ __schema { types { name } } }' }))
  await isRefused(undefined, JSON.stringify({ query: '{ _entities(representations: []) { __typename } }' }))
})

test('an identity for another subgraph is answered 401', () =>
  isRefused(notes.gatewaySigner.sign(notes.createIdentity(), 'other', body)))

test('an identity for another body is answered 401', () =>
  isRefused(notes.gatewaySigner.sign(notes.createIdentity(), 'notes', '{}')))

test('an identity 61 s old is answered 401', async () => {
  const token = (ageMs: number) =>
    notes.signerAt(Date.now() - ageMs).sign(notes.createIdentity(), 'notes', body)
  await isRefused(token(61_000))
  assert.equal((await notes.post('/graphql', body, token(30_000))).status, 200)
})

test('a principal of one domain sees nothing of another', async () => {
  await notes.ask('mutation { createNote(input: { text: "mine" }) { id } }', {}, { domainId: 1 })
  await notes.ask('mutation { createNote(input: { text: "theirs" }) { id } }', {}, { domainId: 2 })
  const mine = await notes.ask('{ notes { nodes { text } totalCount } }', {}, { domainId: 1 })
  assert.deepEqual(mine.body.data?.notes, { nodes: [{ text: 'mine' }], totalCount: 1 })
  const theirs = await notes.ask('{ notes { nodes { text } totalCount } }', {}, { domainId: 2 })
  assert.deepEqual(theirs.body.data?.notes, { nodes: [{ text: 'theirs' }], totalCount: 1 })
})

test('a principal without a domain is refused by fields that answer within one', async () => {
  const { body: answer } = await notes.ask('{ notes { nodes { id } } }', {}, { domainId: null })
  assert.equal(answer.errors?.[0]?.extensions.code, 'FORBIDDEN')
})

test('our own failure is logged with its cause and leaves without it', async () => {
  const { body: answer } = await notes.ask('{ fail }')
  assert.deepEqual(answer.errors?.[0]?.extensions, { code: 'INTERNAL_SERVER_ERROR' })
  assert.ok(!JSON.stringify(answer).includes('secret'))
  assert.ok(notes.logged.some((line) => line.includes('the secret cause')))
})

test('a malformed document is refused with its code and 400', async () => {
  assert.equal((await notes.ask('{')).body.errors?.[0]?.extensions.code, 'GRAPHQL_PARSE_FAILED')
  const unknown = await notes.ask('{ nothing }')
  assert.equal(unknown.status, 400)
  assert.equal(unknown.body.errors?.[0]?.extensions.code, 'GRAPHQL_VALIDATION_FAILED')
})

test('only the requested columns are read', async () => {
  notes.statements.length = 0
  await notes.ask(
    'query ($yes: Boolean!) { notes { nodes { id ...more @skip(if: $yes) } } } fragment more on Note { text }',
    {
      yes: true,
    },
  )
  const read = notes.statements.filter((text) => text.includes('"note"'))
  assert.equal(read.length, 1)
  assert.ok(!read[0]?.includes('text'), read[0])
})

test('references of one request are read in one query', async () => {
  notes.statements.length = 0
  const { body: answer } = await notes.ask(
    'query ($them: [_Any!]!) { _entities(representations: $them) { ... on Note { text } } }',
    { them: [1, 2, 3].map((id) => ({ __typename: 'Note', id: String(id) })) },
  )
  assert.deepEqual(answer.data?._entities, [{ text: 'mine' }, null, null])
  assert.equal(notes.statements.filter((text) => text.includes('"note"')).length, 1)
})

test('health tells live and ready', async () => {
  const url = (path: string) => notes.post(path, '')
  assert.equal((await url('/health/live')).status, 200)
  assert.equal((await url('/health/ready')).status, 200)
})

test('a statement that takes too long is told as that', async () => {
  const { body: answer } = await notes.ask('{ linger }')
  assert.deepEqual(answer.errors?.[0]?.extensions, { code: 'TIMEOUT' })
})

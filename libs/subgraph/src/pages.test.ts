import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { withDomain } from '@commonchart/database'
import fc from 'fast-check'
import { startNotes } from '../fixtures/running-notes.ts'

interface NotePage {
  edges: { cursor: string; node: { id: string } }[]
  pageInfo: {
    startCursor: string | null
    endCursor: string | null
    hasNextPage: boolean
    hasPreviousPage: boolean
  }
  totalCount: number
}

let notes: Awaited<ReturnType<typeof startNotes>>
before(async () => {
  notes = await startNotes()
  await withDomain(notes.db, 1, (trx) =>
    trx
      .insertInto('note')
      .values(
        Array.from({ length: 130 }, (_, at) => ({
          domainId: 1,
          text: `note ${at}`,
          rank: at % 5 === 0 ? null : at % 7,
        })),
      )
      .execute(),
  )
})
after(() => notes.stop())

async function page(args: string, fields = 'totalCount'): Promise<NotePage> {
  const { body } = await notes.ask(
    `{ notes(${args}) { edges { cursor node { id } } pageInfo { startCursor endCursor hasNextPage hasPreviousPage } ${fields} } }`,
  )
  assert.equal(body.errors, undefined, JSON.stringify(body.errors))
  return body.data?.notes as NotePage
}

async function walk(order: string, size: number, direction: 'forwards' | 'backwards'): Promise<string[]> {
  const ids: string[] = []
  for (let cursor = '', more = true; more;) {
    const at =
      direction === 'forwards' ? `first: ${size}, after: "${cursor}"` : `last: ${size}, before: "${cursor}"`
    const found = await page(`${order}, ${at}`)
    const taken = found.edges.map((edge) => edge.node.id)
    assert.ok(taken.length <= size)
    if (direction === 'forwards') ids.push(...taken)
    else ids.unshift(...taken)
    assert.equal(
      direction === 'forwards' ? found.pageInfo.hasPreviousPage : found.pageInfo.hasNextPage,
      cursor !== '',
    )
    more = direction === 'forwards' ? found.pageInfo.hasNextPage : found.pageInfo.hasPreviousPage
    cursor = (direction === 'forwards' ? found.pageInfo.endCursor : found.pageInfo.startCursor) ?? ''
  }
  return ids
}

test('forwards and backwards, in any order, pages of any size give each record once, in one order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.boolean(),
      fc.boolean(),
      fc.integer({ min: 7, max: 100 }),
      async (descending, byRank, size) => {
        const order = `descending: ${descending}, byRank: ${byRank}`
        const forwards = await walk(order, size, 'forwards')
        assert.equal(new Set(forwards).size, 130)
        assert.equal(forwards.length, 130)
        assert.deepEqual(await walk(order, size, 'backwards'), forwards)
      },
    ),
    { numRuns: 12 },
  )
})

test('a page knows of records on either side of it, whichever way its bounds were given', async () => {
  const all = (await page('descending: false')).edges
  const [from, to] = [all[3]?.cursor, all[9]?.cursor]
  for (const [args, size, next, previous] of [
    [`first: 50, before: "${to}"`, 9, true, false],
    [`first: 2, before: "${to}"`, 2, true, false],
    [`last: 50, before: "${to}"`, 9, true, false],
    [`first: 100, after: "${from}", before: "${to}"`, 5, true, true],
    [`last: 100, after: "${from}", before: "${to}"`, 5, true, true],
    [`last: 2, after: "${from}"`, 2, false, true],
    [`first: 9, last: 2`, 2, true, true],
  ] as const) {
    const { edges, pageInfo } = await page(`descending: false, ${args}`)
    const { hasNextPage, hasPreviousPage } = pageInfo
    assert.deepEqual([edges.length, hasNextPage, hasPreviousPage], [size, next, previous], args)
  }
})

test('a page has 50 records by default', async () =>
  assert.equal((await page('descending: true')).edges.length, 50))

test('a page of 500 is clamped to 100 and says so', async () => {
  const { body } = await notes.ask('{ notes(first: 500) { nodes { id } } }')
  assert.equal((body.data?.notes as { nodes: unknown[] }).nodes.length, 100)
  assert.equal((body.extensions?.warnings as { code: string }[])[0]?.code, 'PAGE_CLAMPED')
})

test('the total is counted only when it is asked for', async () => {
  notes.statements.length = 0
  await page('first: 1', '')
  assert.ok(!notes.statements.some((text) => text.includes('count(*)')))
  assert.equal((await page('first: 1')).totalCount, 130)
})

test('a cursor of another order, or no cursor at all, is refused', async () => {
  const { pageInfo } = await page('byRank: true, first: 1')
  const forged = Buffer.from('["x", 1]').toString('base64url')
  for (const cursor of [pageInfo.endCursor, 'nonsense', forged, '{}']) {
    const { body } = await notes.ask('query ($at: String) { notes(first: 1, after: $at) { nodes { id } } }', {
      at: cursor,
    })
    assert.equal(body.errors?.[0]?.extensions.code, 'INVALID_CURSOR')
  }
})

test('a negative page size is refused', async () => {
  const { body } = await notes.ask('{ notes(first: -1) { nodes { id } } }')
  assert.equal(body.errors?.[0]?.extensions.code, 'BAD_USER_INPUT')
})

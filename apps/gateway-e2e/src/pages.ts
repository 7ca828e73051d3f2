import assert from 'node:assert/strict'
import type { AskGraph } from './mutations.ts'

const selection =
  'edges { cursor node { id } } nodes { id } totalCount pageInfo { startCursor endCursor hasNextPage hasPreviousPage }'

interface Page {
  edges: { cursor: string; node: { id: string } }[]
  nodes: { id: string }[]
  totalCount: number
  pageInfo: {
    startCursor: string | null
    endCursor: string | null
    hasNextPage: boolean
    hasPreviousPage: boolean
  }
}

/**
 * Checks that a root list gives the same records as a whole, page by page forwards and page by page backwards, and that
 * every page tells where it lies. Gives the ids in their order; there must be three or more.
 */
export async function assertPages(ask: AskGraph, list: string, given: string[] = []): Promise<string[]> {
  const read = async (...more: string[]): Promise<Page> => {
    const args = [...given, ...more].join(', ')
    const { body, text } = await ask(`{ ${list}${args && `(${args})`} { ${selection} } }`)
    assert.equal(body.errors, undefined, text)
    const page = body.data?.[list] as Page
    assert.deepEqual(
      page.edges.map((edge) => edge.node.id),
      page.nodes.map((node) => node.id),
    )
    assert.equal(page.edges[0]?.cursor, page.pageInfo.startCursor)
    assert.equal(page.edges.at(-1)?.cursor, page.pageInfo.endCursor)
    return page
  }
  const whole = await read()
  const ids = whole.nodes.map((node) => node.id)
  assert.ok(ids.length >= 3, `${list} has three records or more`)
  assert.equal(whole.totalCount, ids.length)
  for (const [at, id] of ids.entries()) {
    const isFirst = at === 0
    const isLast = at === ids.length - 1
    const place = { id, hasNextPage: !isLast, hasPreviousPage: !isFirst }
    const after = isFirst ? [] : [`after: "${whole.edges[at - 1]?.cursor}"`]
    const before = isLast ? [] : [`before: "${whole.edges[at + 1]?.cursor}"`]
    for (const page of [await read('first: 1', ...after), await read('last: 1', ...before)]) {
      const { hasNextPage, hasPreviousPage } = page.pageInfo
      assert.deepEqual({ id: page.nodes[0]?.id, hasNextPage, hasPreviousPage }, place)
      assert.equal(page.nodes.length, 1)
      assert.equal(page.totalCount, ids.length)
    }
  }
  return ids
}

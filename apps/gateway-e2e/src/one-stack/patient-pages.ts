import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { chooseLength } from '@commonchart/testing'
import fc from 'fast-check'
import { isEnumType } from 'graphql'
import { change } from '../clinic.ts'
import { createPatient } from '../records.ts'
import { readPublicSchema } from '../schema.ts'
import { openStack } from '../shared-stack.ts'
import type { Stack } from '../stack.ts'

const orderEnum = readPublicSchema().getType('PatientOrderByEnum')
assert.ok(isEnumType(orderEnum))
const orders = orderEnum.getValues().map(({ name }) => name)

let stack: Stack
let numbers = 0
before(async () => {
  stack = await openStack()
  const { location } = await change(stack.north, 'createLocation', { name: 'Main' }, 'location { id }')
  const sent = { firstName: 'Paula', lastName: 'Provider', email: 'p@x.test' }
  const { provider } = await change(stack.north, 'createProvider', sent, 'provider { id }')
  await insert(24, [null, Number(location.id)], [null, Number(provider.id)])
})
after(() => stack.stop())

/** Inserts patients many of whom share a name, a birthday, a place: where an order leaves ties, pages could repeat. */
async function insert(
  count: number,
  locations: (number | null)[] = [null],
  providers: (number | null)[] = [null],
) {
  const inserting = Array.from({ length: count }, () => {
    numbers += 1
    return createPatient(stack.north, {
      firstName: ['Åsa', 'asa', 'Bo'][numbers % 3],
      lastName: ['Ng', 'Ólafsson'][numbers % 2],
      dateOfBirth: `19${80 + (numbers % 2)}-01-01`,
      primaryLocationId: locations[numbers % locations.length],
      primaryPractitionerId: providers[numbers % providers.length],
    })
  })
  await Promise.all(inserting)
}

interface Page {
  nodes: { id: string }[]
  pageInfo: { startCursor: string; endCursor: string; hasNextPage: boolean; hasPreviousPage: boolean }
}

async function read(variables: object): Promise<Page> {
  const { body, text } = await stack.north.ask(
    `query ($orderBy: [PatientOrderByInput!], $first: Int, $last: Int, $after: String, $before: String) {
      patients(orderBy: $orderBy, first: $first, last: $last, after: $after, before: $before) {
        nodes { id } pageInfo { startCursor endCursor hasNextPage hasPreviousPage }
      }
    }`,
    variables,
  )
  assert.equal(body.errors, undefined, text)
  return body.data?.patients as Page
}

/** Walks all pages one way while others insert; gives the ids in the order of the list. */
async function walk(orderBy: object[], size: number, isForwards: boolean): Promise<string[]> {
  const ids: string[] = []
  let cursor: string | undefined
  for (let more = true; more;) {
    const place = isForwards ? { first: size, after: cursor } : { last: size, before: cursor }
    const [{ nodes, pageInfo }] = await Promise.all([read({ orderBy, ...place }), insert(1)])
    const own = nodes.map(({ id }) => id)
    if (isForwards) ids.push(...own)
    else ids.unshift(...own)
    cursor = isForwards ? pageInfo.endCursor : pageInfo.startCursor
    more = isForwards ? pageInfo.hasNextPage : pageInfo.hasPreviousPage
  }
  return ids
}

/** The ids of all patients in an order, read while nobody inserts. */
async function readWhole(orderBy: object[]): Promise<string[]> {
  const ids: string[] = []
  for (let after: string | undefined, more = true; more;) {
    const { nodes, pageInfo } = await read({ orderBy, first: 100, after })
    ids.push(...nodes.map(({ id }) => id))
    after = pageInfo.endCursor
    more = pageInfo.hasNextPage
  }
  return ids
}

const order = fc.array(
  fc.record({ field: fc.constantFrom(...orders), direction: fc.constantFrom('ASC', 'DESC') }),
  { maxLength: 2 },
)

test('pages of patients, either way and in any order, give each patient once while others are inserted', async () => {
  await fc.assert(
    fc.asyncProperty(
      order,
      fc.integer({ min: 9, max: 19 }),
      fc.boolean(),
      async (orderBy, size, isForwards) => {
        const there = await readWhole(orderBy)
        const walked = await walk(orderBy, size, isForwards)
        assert.equal(new Set(walked).size, walked.length, 'nobody is there twice')
        const known = new Set(there)
        assert.deepEqual(
          walked.filter((id) => known.has(id)),
          there,
          'who was there before is there once, in the order',
        )
      },
    ),
    {
      numRuns: chooseLength({ usual: 10, soak: 200 }),
      // Each order by itself at least once, both ways.
      examples: orders.map((field, at) => [
        [{ field, direction: at % 2 ? 'ASC' : 'DESC' }],
        11,
        at % 3 !== 0,
      ]),
    },
  )
})

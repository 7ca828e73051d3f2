import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createIdentity, createSupportIdentity } from '@commonchart/testing'
import { dayAhead, openTestClinic, type TestClinic } from './test-clinic.ts'
import { openGroupVisits, type TestGroupVisits } from './test-group-visits.ts'
import { openTestSubgraph, type TestSubgraph } from './test-subgraph.ts'

let subgraph: TestSubgraph
let clinic: TestClinic
let visits: TestGroupVisits
let annexId: string
/** By what each is: those of the list by default are a, b, c and d in order of time. */
const ids: Record<string, string> = {}
before(async () => {
  subgraph = await openTestSubgraph()
  clinic = await openTestClinic(subgraph, 1)
  visits = openGroupVisits(subgraph, clinic)
  const { createLocation } = await subgraph.get(
    createSupportIdentity(),
    'mutation { createLocation(input: { name: "Annex" }) { location { id } } }',
  )
  annexId = createLocation.location.id as string
  ids.c = await visits.createId(dayAhead(3), '09:00', { name: 'Élan', description: 'Back and neck' })
  ids.a = await visits.createId(dayAhead(1), '09:00', { name: 'Knees', capacity: 1, locationId: annexId })
  ids.b = await visits.createId(dayAhead(2), '09:00', {
    name: 'Backs',
    description: 'Backs only',
    capacity: 2,
  })
  ids.d = await visits.createId(dayAhead(4), '09:00', { capacity: 1 })
  ids.closed = await visits.createId(dayAhead(5), '09:00', { name: 'Staff', allowEbooking: false })
  ids.gone = await visits.createId(dayAhead(6), '09:00', { name: 'Gone' })
  await visits.deactivate({ id: ids.gone })
  const [one = ''] = visits.patients(1)
  await visits.addId(ids.a, one)
})
after(() => subgraph.close())

async function list(args: string): Promise<string> {
  const { groupVisits } = await subgraph.get(
    createIdentity(),
    `{ groupVisits${args && `(${args})`} { nodes { id } totalCount } }`,
  )
  const found = (groupVisits.nodes as { id: string }[]).map(({ id }) => nameOf(id))
  assert.equal(groupVisits.totalCount, found.length)
  return found.join(' ')
}

function nameOf(id: string): string {
  return Object.keys(ids).find((name) => ids[name] === id) ?? id
}

const at = (days: number) => `"${dayAhead(days)}T00:00:00Z"`
const cases: [args: () => string, found: string][] = [
  [() => '', 'a b c d'],
  [() => 'allowEbooking: null', 'a b c d closed'],
  [() => 'allowEbooking: false', 'closed'],
  [() => 'includeDeactivated: true', 'a b c d gone'],
  [() => 'fullyBooked: true', 'a'],
  [() => 'fullyBooked: false', 'b c d'],
  [() => `from: ${at(2)}`, 'b c d'],
  [() => `to: ${at(3)}`, 'a b'],
  [() => `from: ${at(2)}, to: ${at(4)}`, 'b c'],
  [() => `locationId: "${annexId}"`, 'a'],
  [() => 'locationId: "x"', ''],
  [() => 'name: " elan"', 'c'],
  [() => 'name: "lan"', ''],
  [() => 'description: "back"', 'b c'],
  [() => 'description: "back", name: "backs"', 'b'],
  [() => 'orderBy: [{ field: START_AT, direction: DESC }]', 'd c b a'],
  [() => 'orderBy: [{ field: ID, direction: ASC }]', 'c a b d'],
  [() => 'orderBy: [{ field: CREATED_AT, direction: DESC }]', 'd b a c'],
  [() => 'orderBy: [{ field: UPDATED_AT, direction: ASC }]', 'c b d a'],
  [() => 'orderBy: [{ field: NAME, direction: ASC }]', 'd b c a'],
  [() => 'orderBy: [{ field: LOCATION_NAME, direction: ASC }]', 'a b c d'],
  [() => 'orderBy: [{ field: LOCATION_NAME, direction: DESC }]', 'd c b a'],
  [() => 'orderBy: [{ field: LOCATION_NAME, direction: DESC }, { field: NAME, direction: ASC }]', 'd b c a'],
  [() => 'orderBy: [{ field: NAME, direction: ASC }, { field: LOCATION_NAME, direction: DESC }]', 'd b c a'],
  [() => 'orderBy: []', 'a b c d'],
]
for (const [args, found] of cases)
  test(`the visits ${args.toString().slice(6)} are ${found || 'none'}`, async () =>
    assert.equal(await list(args()), found))

for (const field of ['START_AT', 'ID', 'CREATED_AT', 'UPDATED_AT', 'NAME', 'LOCATION_NAME'])
  test(`pages in the order ${field} give each visit once, forwards and backwards`, async () => {
    const read = async (args: string) => {
      const { groupVisits } = await subgraph.get(
        createIdentity(),
        `{ groupVisits(allowEbooking: null, orderBy: [{ field: ${field}, direction: DESC }], ${args}) {
          edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage } } }`,
      )
      return groupVisits.edges as { cursor: string; node: { id: string } }[]
    }
    const whole = await read('first: 10')
    assert.equal(whole.length, 5)
    const forwards: string[] = []
    for (let after = ''; ;) {
      const [edge] = await read(after ? `first: 1, after: "${after}"` : 'first: 1')
      if (!edge) break
      forwards.push(edge.node.id)
      after = edge.cursor
    }
    assert.deepEqual(
      forwards,
      whole.map(({ node }) => node.id),
    )
    const last = await read(`last: 2, before: "${whole.at(-1)?.cursor}"`)
    assert.deepEqual(last, whole.slice(2, 4))
  })

test('texts longer than an index takes are stored, and found by their beginning', async () => {
  const text = Array.from({ length: 2000 }, (_, n) =>
    String.fromCodePoint(0x4e00 + ((n * 7919) % 20_000)),
  ).join('')
  const id = await visits.createId(dayAhead(20), '09:00', { name: text, description: text })
  const { groupVisits } = await subgraph.get(
    createIdentity(),
    'query ($text: SearchString) { groupVisits(name: $text, description: $text) { nodes { id name } } }',
    { text },
  )
  assert.deepEqual(groupVisits.nodes, [{ id, name: text }])
})

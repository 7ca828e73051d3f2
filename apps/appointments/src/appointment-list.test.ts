import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createIdentity, forBothDomains } from '@commonchart/testing'
import fc from 'fast-check'
import type { AppointmentRecord } from './appointments.ts'
import { populationOf } from './test-population.ts'
import { openTestSubgraph, type TestSubgraph } from './test-subgraph.ts'

const size = 400
let subgraph: TestSubgraph
let rows: AppointmentRecord[]
const names = {
  location: new Map<number, string>(),
  provider: new Map<number, string>(),
  service: new Map<number, string>(),
}
before(async () => {
  subgraph = await openTestSubgraph()
  await forBothDomains(({ id }) => subgraph.admin(populationOf(id, size)))
  await subgraph.admin('ANALYZE')
  await subgraph.inDomain(1, async (trx) => {
    rows = await trx.selectFrom('appointment').selectAll().execute()
    for (const table of ['location', 'provider', 'service'] as const)
      for (const row of await trx.selectFrom(table).select(['id', 'nameKey']).execute())
        names[table].set(row.id, row.nameKey)
  })
})
after(() => subgraph.close())

interface Listed {
  edges: { cursor: string; node: { id: string } }[]
  pageInfo: { startCursor: string; endCursor: string; hasNextPage: boolean; hasPreviousPage: boolean }
  totalCount?: number
}

async function list(args: string, more = ''): Promise<Listed> {
  const query = `{ appointments(${args}) {
    edges { cursor node { id } } pageInfo { startCursor endCursor hasNextPage hasPreviousPage } ${more} } }`
  return (await subgraph.get(createIdentity(), query)).appointments
}

type Key = (row: AppointmentRecord) => (string | number)[]
const keys: Record<string, Key> = {
  ID: (row) => [Number(row.id)],
  START_AT: (row) => [row.startsAt.getTime()],
  CREATED_AT: (row) => [row.createdAt.getTime()],
  UPDATED_AT: (row) => [row.updatedAt.getTime()],
  LOCATION: (row) => [names.location.get(row.locationId) ?? '', row.locationId],
  PROVIDER: (row) => [names.provider.get(row.providerId) ?? '', row.providerId],
  SERVICE: (row) => [names.service.get(row.serviceId ?? 0) ?? '', row.serviceId ?? 0],
  VISIT_TYPE: (row) => [row.visitType],
}

/** The ids in the order that the fields ask for, found without SQL; ties as the schema says. */
function expectedIds(
  orderBy: { field: string; direction: string }[],
  filter: (row: AppointmentRecord) => boolean,
) {
  const last = orderBy.at(-1) ?? { field: 'CREATED_AT', direction: 'ASC' }
  const timed = ['ID', 'START_AT', 'UPDATED_AT', 'CREATED_AT'].includes(last.field)
  const tie = [...(timed ? [] : [{ ...last, field: 'CREATED_AT' }]), { ...last, field: 'ID' }]
  const terms = [...(orderBy.length > 0 ? orderBy : [last]), ...tie]
  const compare = (one: AppointmentRecord, other: AppointmentRecord): number => {
    for (const { field, direction } of terms) {
      const [a, b] = [keys[field]?.(one) ?? [], keys[field]?.(other) ?? []]
      for (const [at, value] of a.entries()) {
        const against = b[at] as typeof value
        if (value !== against) return (value < against ? -1 : 1) * (direction === 'ASC' ? 1 : -1)
      }
    }
    return 0
  }
  return rows
    .filter(filter)
    .toSorted(compare)
    .map((row) => row.id)
}

async function walk(args: string, size: number, forwards: boolean): Promise<string[]> {
  const ids: string[] = []
  for (let cursor = ''; ;) {
    const page = await list(
      `${args} ${forwards ? `first: ${size}, after` : `last: ${size}, before`}: "${cursor}"`,
    )
    const taken = page.edges.map((edge) => edge.node.id)
    if (forwards) ids.push(...taken)
    else ids.unshift(...taken)
    const more = forwards ? page.pageInfo.hasNextPage : page.pageInfo.hasPreviousPage
    if (!more) return ids
    assert.equal(taken.length, size)
    cursor = forwards ? page.pageInfo.endCursor : page.pageInfo.startCursor
  }
}

const order = fc.uniqueArray(
  fc.record({ field: fc.constantFrom(...Object.keys(keys)), direction: fc.constantFrom('ASC', 'DESC') }),
  { maxLength: 3, selector: ({ field }) => field },
)

test('pages of any size, in any order, forwards and backwards, give each appointment once and in that order', async () => {
  const shown = (row: AppointmentRecord) => !row.deactivated
  await fc.assert(
    fc.asyncProperty(
      order,
      fc.integer({ min: 40, max: 100 }),
      fc.boolean(),
      async (orderBy, page, forwards) => {
        const terms = orderBy.map(({ field, direction }) => `{ field: ${field}, direction: ${direction} }`)
        assert.deepEqual(
          await walk(`orderBy: [${terms.join()}]`, page, forwards),
          expectedIds(orderBy, shown),
        )
      },
    ),
    { numRuns: 30 },
  )
})

const from = '2026-02-01T00:00:00Z'
const to = '2026-06-01T00:00:00Z'
const filters: [string, (row: AppointmentRecord) => boolean][] = [
  [`from: "${from}"`, (row) => row.startsAt >= new Date(from)],
  [`to: "${to}"`, (row) => row.startsAt < new Date(to)],
  [`from: "${from}", to: "${to}"`, (row) => row.startsAt >= new Date(from) && row.startsAt < new Date(to)],
  ['locationId: "3"', (row) => row.locationId === 3],
  ['patientId: "81"', (row) => row.patientId === '81'],
  ['providerId: "54"', (row) => row.providerId === 54],
  ['serviceId: "5"', (row) => row.serviceId === 5],
  ['visitType: VIRTUAL_VISIT', (row) => row.visitType === 'VIRTUAL_VISIT'],
  [
    'serviceId: "5", visitType: VIRTUAL_VISIT',
    (row) => row.serviceId === 5 && row.visitType === 'VIRTUAL_VISIT',
  ],
  ['statuses: [REQUESTED, CANCELLED]', (row) => ['REQUESTED', 'CANCELLED'].includes(row.status)],
  ['tagIds: ["4", "22", "4"]', (row) => row.tagIds.includes(4) && row.tagIds.includes(22)],
  ['tagIds: ["4", "none"]', () => false],
  ['tagIds: ["4"], statuses: [BOOKED]', (row) => row.tagIds.includes(4) && row.status === 'BOOKED'],
  [
    'updatedSince: "2026-02-03T00:00:00Z"',
    (row) => row.updatedAt.getTime() >= Date.parse('2026-02-03T00:00:00Z'),
  ],
  ['locationId: "none"', () => false],
  ['patientId: "99999999999999999999"', () => false],
]
for (const [args, matches] of filters)
  test(`the filter ${args} gives exactly what meets it`, async () => {
    const shown = expectedIds([], (row) => matches(row) && !row.deactivated)
    assert.equal(shown.length > 0, !/Id: "none|, "none|9999/.test(args))
    assert.deepEqual(await walk(args, 100, true), shown)
    assert.equal((await list(args, 'totalCount')).totalCount, shown.length)
    assert.deepEqual(await walk(`${args}, includeDeactivated: true`, 100, true), expectedIds([], matches))
  })

test('the appointments of a patient are listed under the patient as under the root', async () => {
  const query = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
    ... on Patient { id appointments(includeDeactivated: true) { nodes { id } totalCount } } } }`
  const representations = [
    { __typename: 'Patient', id: '81' },
    { __typename: 'Patient', id: '999999' },
  ]
  const { _entities } = await subgraph.get(createIdentity(), query, { representations })
  const ids = expectedIds([], (row) => row.patientId === '81')
  const listed = _entities.map((each: { appointments: { nodes: { id: string }[] } }) =>
    each.appointments.nodes.map((node) => node.id),
  )
  assert.deepEqual(listed, [ids, []])
})

test('more than 100 are clamped with a warning, and counting happens only when asked for', async () => {
  subgraph.statements.length = 0
  const { data, extensions } = await subgraph.ask(
    createIdentity(),
    '{ appointments(first: 500) { nodes { id } } }',
  )
  assert.equal(data.appointments.nodes.length, 100)
  assert.deepEqual((extensions?.warnings as { code: string }[])[0]?.code, 'PAGE_CLAMPED')
  assert.ok(!subgraph.statements.some((statement) => statement.includes('count(')))
})

test('only the columns that were asked for are read', async () => {
  const selected = async (query: string) => {
    subgraph.statements.length = 0
    await subgraph.get(createIdentity(), query)
    return subgraph.statements
      .filter((statement) => statement.startsWith('select'))
      .map((statement) =>
        [...statement.slice(0, statement.indexOf(' from ')).matchAll(/"(\w+)"(?!\.)/g)].map(
          ([, name]) => name,
        ),
      )
  }
  // Whose an appointment is is read always, for the record.
  const always = ['created_at', 'id', 'patient_id']
  assert.deepEqual(await selected('{ appointments { nodes { id } } }'), [always])
  assert.deepEqual(await selected('{ locations { id } }'), [['id']])
  assert.deepEqual(await selected('{ providers { nodes { id } } }'), [['id']])
  assert.deepEqual(await selected('{ appointments { nodes { note provider { id } } } }'), [
    [...always, 'note', 'provider_id'].sort(),
  ])
})

test('entities of a page are fetched in one query for each type', async () => {
  subgraph.statements.length = 0
  const query = `{ appointments(first: 100) { nodes {
    patient { id } location { name } provider { fullName } service { name slotLength } } } }`
  const { appointments } = await subgraph.get(createIdentity(), query)
  assert.equal(
    new Set(appointments.nodes.map((node: { patient: { id: string } }) => node.patient.id)).size > 50,
    true,
  )
  assert.equal(subgraph.statements.filter((statement) => statement.startsWith('select')).length, 4)
})

test('lists of one domain hold nothing of another', async () => {
  const query =
    '{ appointments(patientId: "81") { totalCount } locations { id } providers { totalCount } services { id } }'
  const elsewhere = await subgraph.get(createIdentity({ domainId: 3 }), query)
  assert.deepEqual(elsewhere, {
    ...{ appointments: { totalCount: 0 }, locations: [], providers: { totalCount: 0 }, services: [] },
  })
})

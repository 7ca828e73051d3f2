import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { isObjectType } from 'graphql'
import { request } from 'undici'
import { createClinic } from './clinic.ts'
import { listPlaces, type HostilePlace } from './hostile-places.ts'
import { hostileTo, type HostileValue } from './hostile-values.ts'
import { makeRecords, type MadeRecords } from './made-records.ts'
import { createPatient } from './records.ts'
import { readPublicSchema, readSettingsSchema } from './schema.ts'
import { startStack, type Stack } from './stack.ts'

/** What rows of the other domain bear in every text that a program can see. */
const mark = 'zq7southernmost'
/** What tells of our insides: a stack, a statement, a message of the database. */
const internals =
  /\bat .{1,200}\.(?:ts|js|mjs|cjs):\d|node_modules|\bpg_|relation \\"|invalid byte sequence|out of range for type|syntax error at or near|duplicate key value|ECONN|Cannot read propert/
/** How no answer may end: by our fault, or before the value came to where it is hostile. */
const forbidden = new Set([
  ...['INTERNAL_SERVER_ERROR', 'SUBGRAPH_UNAVAILABLE', 'TIMEOUT', 'AUDIT_UNAVAILABLE'],
  ...['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'QUERY_TOO_COMPLEX', 'PAYLOAD_TOO_LARGE'],
  ...['UNAUTHENTICATED', 'FORBIDDEN', 'RATE_LIMITED'],
])

let stack: Stack
let made: MadeRecords
let foreign: HostileValue[]
before(async () => {
  stack = await startStack()
  const { id } = await createPatient(stack.south, {
    firstName: mark,
    lastName: mark,
    email: `${mark}@x.test`,
  })
  const clinic = await createClinic(stack.south, { name: mark })
  foreign = [id, ...Object.values(clinic), stack.south.consumerId].map((each) => ({
    name: `the id ${each} of another domain`,
    json: JSON.stringify(each),
  }))
  made = await makeRecords(readSettingsSchema(), stack.north)
})
after(() => stack.stop())

const graphs = {
  enterprise: { path: '/graphql', schema: readPublicSchema() },
  settings: { path: '/settings/graphql', schema: readSettingsSchema() },
}
/** So many places are asked in one request; they run one after the other and share its 10 s. */
const atOnce = { Query: 40, Mutation: 40 }

for (const graph of ['enterprise', 'settings'] as const)
  for (const rootName of ['Query', 'Mutation'] as const)
    test(`no value in any place of ${rootName} of the ${graph} graph breaks it or shows another domain's row`, async () => {
      const { schema } = graphs[graph]
      const root = schema.getType(rootName)
      assert.ok(isObjectType(root))
      const own = listPlaces(schema, root, made.idOf).filter((place) => isOwn(graph, rootName, place))
      const batches = [...Map.groupBy(own, (place) => place.scalar)].flatMap(([scalar, places]) =>
        [...hostileTo(scalar), ...(scalar === 'ID' ? foreign : [])].flatMap((value) =>
          chunk(places, atOnce[rootName]).map((some) => ({ scalar, value, some })),
        ),
      )
      assert.ok(batches.length > 0)
      const faults: string[] = []
      const workers = Array.from({ length: 4 }, async () => {
        for (let batch = batches.pop(); batch; batch = batches.pop())
          faults.push(...(await judge(graph, rootName, batch)))
      })
      await Promise.all(workers)
      assert.deepEqual(faults, [])
    })

/** What both graphs have is asked of the public one. */
function isOwn(graph: string, rootName: string, { name }: HostilePlace): boolean {
  if (graph === 'enterprise') return true
  const known = graphs.enterprise.schema.getType(/^\w+/.exec(name)?.[0] ?? rootName)
  const field = /\.(\w+)/.exec(name)?.[1] ?? ''
  return !isObjectType(known) || !(field in known.getFields())
}

function chunk<Item>(items: Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) =>
    items.slice(at * size, (at + 1) * size),
  )
}

interface Batch {
  scalar: string
  value: HostileValue
  some: HostilePlace[]
}

/** Asks a batch of places and says what is wrong with the answer. */
async function judge(graph: keyof typeof graphs, rootName: string, batch: Batch): Promise<string[]> {
  const { scalar, value, some } = batch
  const calls = some.map(({ call }, at) => `a${at}: ${call}`)
  const query = `${rootName.toLowerCase()} ($v: ${scalar}!) { ${calls.join('\n')} }`
  const { status, text } = await send(
    graph,
    `{"query":${JSON.stringify(query)},"variables":{"v":${value.json}}}`,
  )
  const faults: string[] = []
  const found = (what: string, where: string): void => void faults.push(`${value.name} at ${where}: ${what}`)
  const names = some.map((place) => place.name).join(', ')
  if (status >= 500) found(`${status} ${text.slice(0, 300)}`, names)
  if (internals.test(text)) found(`shows ${internals.exec(text)?.[0]}`, names)
  if (text.includes(mark)) found('shows a row of another domain', names)
  const { errors = [] } = JSON.parse(text) as {
    errors?: { message: string; path?: string[]; extensions: { code: string } }[]
  }
  for (const { message, path, extensions } of errors)
    if (forbidden.has(extensions.code) || !extensions.code)
      found(`${extensions.code} ${message.slice(0, 200)}`, some[Number(path?.[0]?.slice(1))]?.name ?? names)
  return faults
}

async function send(graph: keyof typeof graphs, body: string): Promise<{ status: number; text: string }> {
  const token = graph === 'enterprise' ? stack.north.token() : stack.people.signPersonToken(stack.north.name)
  const answer = await request(`${stack.url}${graphs[graph].path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      host: stack.north.host,
      authorization: `Bearer ${token}`,
    },
    body,
  })
  return { status: answer.statusCode, text: await answer.body.text() }
}

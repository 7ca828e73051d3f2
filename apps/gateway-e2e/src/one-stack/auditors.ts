import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { subgraphNames } from '@commonchart/subgraph-list'
import type { Answer } from '../ask.ts'
import { makeRecords, requiredInput, type MadeRecords } from '../made-records.ts'
import { query } from '../record-check.ts'
import { readSettingsSchema } from '../schema.ts'
import { openStack } from '../shared-stack.ts'
import type { Stack } from '../stack.ts'
import { until } from '../until.ts'

const schema = readSettingsSchema()
const mutations = Object.values(schema.getMutationType()?.getFields() ?? {})
/** The logs grow with each request, and the registry's counts with other tests. */
const tablesOfSettings = ['consumer', 'consumer_key', 'domain_setting', 'idempotency_key']

let stack: Stack
let made: MadeRecords
before(async () => {
  stack = await openStack()
  made = await makeRecords(schema, stack.south)
})
after(() => stack.stop())

function change(mutation: (typeof mutations)[number], role: string): Promise<Answer> {
  const input = mutation.args.find(({ name }) => name === 'input')
  const given = requiredInput(schema, mutation, made.idOf)
  const isList = String(input?.type).startsWith('[')
  return stack.ask(`${stack.url}/settings/graphql`, {
    query: `mutation ($input: ${input?.type}) { ${mutation.name}(input: $input) { __typename } }`,
    variables: { input: isList ? [given] : given },
    host: stack.south.host,
    token: stack.people.signPersonToken(stack.south.name, { sub: role, name: role, role }),
  })
}

/** Everything that the databases hold of the domain, as one number for each table. */
async function readFingerprint(): Promise<Record<string, string>> {
  const all: Record<string, string> = {}
  for (const service of subgraphNames) {
    const tables = await query<{ name: string }>(
      stack,
      service,
      `SELECT table_name AS name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'domain_id'`,
    )
    const read = tables
      .filter(({ name }) => service !== 'consumers-audit' || tablesOfSettings.includes(name))
      .map(
        ({ name }) =>
          `SELECT '${name}' AS name, count(*) || ' ' || coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) AS sum
            FROM ${name} t WHERE domain_id = $1`,
      )
    const rows = await query<{ name: string; sum: string }>(
      stack,
      service,
      read.join(' UNION ALL '),
      stack.south.domainId,
    )
    for (const { name, sum } of rows) all[`${service}.${name}`] = sum
  }
  assert.ok(Object.keys(all).length > 50)
  return all
}

/** What was made before is told to the other subgraphs a moment later. */
async function untilQuiet(): Promise<void> {
  await until(async () => {
    for (const service of subgraphNames) {
      const [row] = await query<{ count: number }>(
        stack,
        service,
        `SELECT count(*)::int FROM graphile_worker._private_jobs WHERE payload->>'domainId' = $1`,
        String(stack.south.domainId),
      )
      if (row?.count !== 0) return false
    }
    return true
  }, 'every event of the domain is delivered')
}

test('an auditor is refused every mutation of the settings graph, and nothing of the domain changes', async () => {
  assert.ok(mutations.length > 80, `${mutations.length} mutations`)
  await untilQuiet()
  const before = await readFingerprint()
  const faults: string[] = []
  for (const mutation of mutations) {
    const { body, text } = await change(mutation, 'auditor')
    const [error] = body.errors ?? []
    const isRefused = error?.extensions.code === 'FORBIDDEN' && (body.data?.[mutation.name] ?? null) === null
    if (!isRefused) faults.push(`${mutation.name}: ${text.slice(0, 300)}`)
  }
  assert.deepEqual(faults, [])
  assert.deepEqual(await readFingerprint(), before)
})

/** Else the refusals above might be of the inputs. */
test('what an auditor is refused fits the graph: the support account is never refused for who it is', async () => {
  const faults: string[] = []
  for (const mutation of mutations) {
    const { body, text } = await change(mutation, 'support')
    const code = String(body.errors?.[0]?.extensions.code ?? 'accepted')
    if (['FORBIDDEN', 'BAD_USER_INPUT', 'GRAPHQL_VALIDATION_FAILED', 'INTERNAL_SERVER_ERROR'].includes(code))
      faults.push(`${mutation.name}: ${text.slice(0, 300)}`)
  }
  assert.deepEqual(faults, [])
})

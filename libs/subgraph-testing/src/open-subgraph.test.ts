import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import type { BaseTables } from '@commonchart/database'
import type { SubgraphContext } from '@commonchart/subgraph'
import { openSubgraph, type OpenSubgraph } from './open-subgraph.ts'

const folder = mkdtempSync(join(tmpdir(), 'commonchart-subgraph-'))
interface Noted extends BaseTables {
  note: { domainId: number; id: number; text: string }
}

let subgraph: OpenSubgraph<Noted>
before(async () => {
  for (const name of ['schema', 'migrations']) mkdirSync(join(folder, name))
  writeFileSync(
    join(folder, 'schema', 'who.graphql'),
    'type Query { whoAsks: String, other: String, note(by: String!): String }',
  )
  writeFileSync(
    join(folder, 'migrations', '0001-notes.sql'),
    `CREATE TABLE note (domain_id integer NOT NULL, id integer NOT NULL, text text NOT NULL, PRIMARY KEY (domain_id, id));
     SELECT commonchart.protect('note')`,
  )
  subgraph = await openSubgraph<Noted>(
    {
      name: 'who',
      schemaFolder: pathToFileURL(join(folder, 'schema/')),
      resolvers: {
        Query: {
          whoAsks: (_: unknown, __: unknown, { identity, domainId }: SubgraphContext) =>
            `${identity.kind} ${identity.name} of ${domainId}`,
          other: (_: unknown, __: unknown, { services }: SubgraphContext) =>
            services.post<string>('neighbour', '/internal/any', {}),
          note: (_: unknown, { by }: { by: 'id' | 'text' }, context: SubgraphContext<Noted>) =>
            context.read(async (trx) => {
              const found = trx.selectFrom('note').select('text').where('domainId', '=', 1)
              return (await found.where(by, '=', by === 'id' ? 7 : 'x').executeTakeFirst())?.text
            }),
        },
      },
      others: ['neighbour'],
    },
    { others: (service) => Promise.resolve(`from ${service}` as never) },
  )
})
after(async () => {
  await subgraph.stop()
  rmSync(folder, { recursive: true, force: true })
})

test('a test asks as whomever it wants, and with no identity gets nothing', async () => {
  assert.deepEqual((await subgraph.ask('{ whoAsks }')).data, { whoAsks: 'consumer Test Consumer of 1' })
  const service = { kind: 'service', subject: 'service:neighbour', name: 'neighbour', domainId: 2 } as const
  assert.deepEqual((await subgraph.ask('{ whoAsks }', {}, service)).data, {
    whoAsks: 'service neighbour of 2',
  })
  assert.equal((await subgraph.post('/graphql', { query: '{ whoAsks }' })).status, 401)
})

test('a subgraph calls whoever stands for the other services', async () => {
  assert.deepEqual((await subgraph.ask('{ other }')).data, { other: 'from neighbour' })
})

test('what no index serves is named, and what one serves is not', async () => {
  await subgraph.admin(
    "INSERT INTO note SELECT 1, n, 'text ' || n FROM generate_series(1, 20000) n; ANALYZE note",
  )
  assert.deepEqual(await subgraph.findScans('{ note(by: "id") }'), [])
  assert.match((await subgraph.findScans('{ note(by: "text") }')).join(), /Filter|Seq Scan/)
})

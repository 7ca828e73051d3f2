import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openTestDatabase } from '@commonchart/testing'
import { CompiledQuery, sql, type Kysely } from 'kysely'
import { commitTogether, openDatabase, withDomain, type BaseTables } from './index.ts'

interface Tables extends BaseTables {
  thing: { domainId: number; id: number }
}

let database: Awaited<ReturnType<typeof openTestDatabase>>
let db: Kysely<Tables>
before(async () => {
  database = await openTestDatabase(new URL('../fixtures/migrations/', import.meta.url))
  db = openDatabase<Tables>(database.url, { max: 2 })
})
after(async () => {
  await db.destroy()
  await database.close()
})

const add = (domainId: number, id: number) =>
  db.insertInto('thing').values({ domainId, id }).returning('id').compile()
const list = (domainId: number) =>
  withDomain(db, domainId, (trx) => trx.selectFrom('thing').select('id').orderBy('id').execute())

test('statements that are sent together are one transaction of their domain', async () => {
  const rows = await commitTogether(db, 1, [add(1, 1), add(1, 2)])
  assert.deepEqual(rows, [[{ id: 1 }], [{ id: 2 }]])
  assert.deepEqual(await list(1), [{ id: 1 }, { id: 2 }])
})

test('when one fails its error comes through, and nothing was done', async () => {
  await assert.rejects(commitTogether(db, 2, [add(2, 1), add(2, 1), add(2, 2)]), { code: '23505' })
  assert.deepEqual(await list(2), [])
  await commitTogether(db, 2, [add(2, 5)])
  assert.deepEqual(await list(2), [{ id: 5 }])
})

test('a statement that is prepared is planned once, whatever its values', async () => {
  const prepared = `/* prepare add_thing */ INSERT INTO thing (domain_id, id) SELECT $1, unnest($2::integer[])`
  const plans = sql<{
    custom: string
  }>`SELECT custom_plans AS custom FROM pg_prepared_statements WHERE name = 'add_thing'`
  const single = openDatabase<Tables>(database.url, { max: 1 })
  try {
    for (const at of [1, 2, 3])
      await commitTogether(single, 6, [CompiledQuery.raw(prepared, [6, [10 * at, 10 * at + 1]])])
    assert.deepEqual((await plans.execute(single)).rows, [{ custom: '0' }])
  } finally {
    await single.destroy()
  }
  assert.equal((await list(6)).length, 6)
})

test('a row of another domain is refused, and the connection keeps no domain', async () => {
  await assert.rejects(commitTogether(db, 3, [add(4, 1)]), /row-level security/)
  assert.deepEqual(await db.selectFrom('thing').selectAll().execute(), [])
})

test('many at once take turns at the connections and mix nothing', async () => {
  await Promise.all(
    Array.from({ length: 40 }, (_, at) => commitTogether(db, 10 + (at % 4), [add(10 + (at % 4), at)])),
  )
  for (let domainId = 10; domainId < 14; domainId += 1) assert.equal((await list(domainId)).length, 10)
})

test('a connection that breaks meanwhile is an error, and is not used again', async () => {
  const broken = commitTogether(db, 5, [add(5, 1), endConnection()])
  await assert.rejects(broken)
  assert.deepEqual(await list(5), [])
})

/** Ends the connection that it runs on. */
function endConnection() {
  return db.selectNoFrom(sql<boolean>`pg_terminate_backend(pg_backend_pid())`.as('ended')).compile()
}

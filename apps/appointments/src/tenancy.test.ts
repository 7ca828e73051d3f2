import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { findTenancyFaults, listTablesOfNoDomain } from '@commonchart/database'
import { sql } from 'kysely'
import { globalTables } from './tables.ts'
import { groupPopulationOf } from './test-group-population.ts'
import { hourPopulationOf } from './test-hour-population.ts'
import { lifecyclePopulationOf } from './test-lifecycle-population.ts'
import { populationOf } from './test-population.ts'
import { openTestSubgraph, type TestSubgraph } from './test-subgraph.ts'

let subgraph: TestSubgraph
before(async () => {
  subgraph = await openTestSubgraph()
  for (const id of [1, 2]) {
    const alone = populationOf(id, 50) + groupPopulationOf(id, 50) + hourPopulationOf(id, 50)
    await subgraph.admin(alone + lifecyclePopulationOf(id))
  }
})
after(() => subgraph.close())

const tables = [
  ...['location', 'provider', 'provider_language', 'service', 'appointment', 'appointment_tag'],
  ...['appointment_tagging', 'presenting_issue', 'presenting_issue_term', 'presenting_issue_service'],
  ...['draft_appointment', 'user_group', 'user_group_member', 'group_visit', 'group_visit_provider'],
  ...['standard_work_hour', 'flexible_work_hour', 'off_time', 'time_claim', 'notification_request'],
  ...['appointment_reschedule', 'audit_event'],
]

test('every table, index, key and exclusion begins with the domain, and row-level security is forced', async () => {
  assert.deepEqual(await findTenancyFaults(subgraph.db, globalTables), [])
})

test('an export or the end of a domain leaves out no table', async () => {
  assert.deepEqual(await listTablesOfNoDomain(subgraph.db), [])
})

for (const table of tables)
  test(`a query of ${table} without a condition sees one domain only`, async () => {
    await subgraph.inDomain(1, async (trx) => {
      const { rows } = await sql<{
        domainId: number
      }>`SELECT DISTINCT domain_id FROM ${sql.table(table)}`.execute(trx)
      assert.deepEqual(rows, [{ domainId: 1 }])
    })
  })

test('without a domain nothing is seen', async () => {
  for (const table of tables) {
    const { rows } = await sql`SELECT 1 FROM ${sql.table(table)} LIMIT 1`.execute(subgraph.db)
    assert.deepEqual(rows, [])
  }
})

test('a row of another domain can be neither written nor changed', async () => {
  await assert.rejects(
    subgraph.inDomain(1, (trx) =>
      trx
        .insertInto('patientRef')
        .values({ domainId: 2, id: '1', state: 'ACTIVE', mergedInto: null, version: 1 })
        .execute(),
    ),
    /row-level security/,
  )
  await subgraph.inDomain(1, async (trx) => {
    const { numUpdatedRows } = await trx
      .updateTable('location')
      .set({ name: 'stolen' })
      .where('domainId', '=', 2)
      .executeTakeFirst()
    assert.equal(numUpdatedRows, 0n)
  })
})

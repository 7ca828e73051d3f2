import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openDatabase, withDomain } from '@commonchart/database'
import { SubgraphContext } from '@commonchart/subgraph'
import { createIdentity } from '@commonchart/testing'
import { buildSchema, execute, parse, type GraphQLResolveInfo } from 'graphql'
import { sql, type Kysely } from 'kysely'
import { listCareTeamRoles } from './care-team-roles.ts'
import { listContacts, type ContactsArguments } from './contact-list.ts'
import type { Context } from './context.ts'
import { listFacilities, type FacilitiesArguments } from './facility-list.ts'
import type { Tables } from './tables.ts'
import { startPatients } from './test-patients.ts'

let patients: Awaited<ReturnType<typeof startPatients>>
let admin: Kysely<Tables>
let app: Kysely<Tables>
let info: GraphQLResolveInfo
const sent: string[] = []
before(async () => {
  patients = await startPatients()
  admin = openDatabase<Tables>(patients.database.adminUrl, { max: 1 })
  app = openDatabase<Tables>(patients.database.url, { max: 2, onQuery: (text) => sent.push(text) })
  for (const domainId of [1, 2]) await populate(domainId, domainId === 1 ? 20_000 : 500)
  await sql`VACUUM ANALYZE`.execute(admin)
  info = await infoOf('nodes { id }')
})
after(async () => {
  await admin.destroy()
  await app.destroy()
  await patients.stop()
})

async function populate(domainId: number, count: number): Promise<void> {
  const rows = sql`generate_series(1, ${count}::int) n`
  const domain = sql`${domainId}::int`
  const statements = [
    sql`INSERT INTO facility (domain_id, id, created_at, updated_at, read_only, name, category, category_raw_value, category_raw_key,
        city, city_key, postal_code, postal_code_key, phone, phone_digits, fax, fax_digits, email, email_key)
      SELECT ${domain}, n, now(), now(), n % 3 = 0, 'Place ' || n, (ARRAY['PHARMACY', 'HOSPITAL', 'CLINIC'])[1 + n % 3], 'Kind ' || n % 40,
        'kind ' || n % 40, 'City ' || n % 500, 'city ' || n % 500, 'V' || n, 'v' || n, '604' || n, '604' || n, '605' || n, '605' || n,
        n || '@x.test', n || '@x.test' FROM ${rows}`,
    sql`INSERT INTO facility_name SELECT ${domain}, 'place ' || n, n FROM ${rows}`,
    sql`INSERT INTO contact (domain_id, id, created_at, updated_at, read_only, facility_id, first_name, last_name, last_name_key, occupation,
        occupation_raw_value, occupation_raw_key, billing_code, billing_code_key, fax, fax_digits)
      SELECT ${domain}, n, now(), now(), n % 3 = 0, 1 + n % ${count / 4}, 'First' || n, 'Last' || n, 'last' || n,
        (ARRAY['NURSE', 'DENTIST', 'OTHER'])[1 + n % 3], 'Kind ' || n % 40, 'kind ' || n % 40, 'B' || n, 'b' || n, '605' || n, '605' || n
      FROM ${rows}`,
    sql`INSERT INTO contact_name SELECT ${domain}, 'first' || n || ' last' || n, n FROM ${rows}`,
    sql`INSERT INTO care_team_role (domain_id, uuid, name, name_key, position, archived)
      SELECT ${domain}, gen_random_uuid(), 'Role ' || n, 'role ' || n, n % 1000, n % 10 = 0 FROM ${rows}`,
  ]
  for (const statement of statements) await statement.execute(admin)
}

/** The info of a query of a list with this selection, as a resolver gets it. */
async function infoOf(selection: string): Promise<GraphQLResolveInfo> {
  const schema = buildSchema('type Query { list: C } type C { nodes: [N] } type N { id: ID }')
  let found: GraphQLResolveInfo | undefined
  await execute({
    schema,
    document: parse(`{ list { ${selection} } }`),
    rootValue: { list: (_: unknown, __: unknown, given: GraphQLResolveInfo) => void (found = given) },
  })
  assert.ok(found)
  return found
}

/** Runs a list as the program does and explains the statement that it sent, for any values. */
async function planOf(list: (context: Context) => Promise<unknown>): Promise<string> {
  const context: Context = new SubgraphContext<Tables>(createIdentity({ domainId: 1 }), app, {
    post: () => Promise.reject(new Error('nobody')),
  })
  sent.length = 0
  await list(context)
  await context.endReads()
  const statement = sent.find((text) => text.startsWith('select'))
  assert.ok(statement, sent.join('\n'))
  return withDomain(app, 1, async (trx) => {
    await sql.raw('SET LOCAL plan_cache_mode = force_generic_plan').execute(trx)
    await sql.raw(`PREPARE listed AS ${statement}`).execute(trx)
    const nulls = Array(new Set(statement.match(/\$\d+/g)).size)
      .fill('NULL')
      .join()
    const { rows } = await sql.raw<Record<string, string>>(`EXPLAIN EXECUTE listed(${nulls})`).execute(trx)
    await sql.raw('DEALLOCATE listed').execute(trx)
    return rows.map((row) => Object.values(row)[0]).join('\n')
  })
}

async function assertServed(
  list: (context: Context) => Promise<unknown>,
  mayBeSorted = false,
): Promise<void> {
  const plan = await planOf(list)
  assert.doesNotMatch(plan, /Seq Scan/, plan)
  assert.doesNotMatch(plan, /^\s+Filter: /m, plan)
  if (!mayBeSorted) assert.doesNotMatch(plan, /Sort/, plan)
}

const facilityFilters: FacilitiesArguments[] = [
  {},
  { category: 'PHARMACY' },
  { categoryRawValue: 'kind 7' },
  { email: '7@x.test' },
  { fax: '6057' },
  { phone: '6047' },
]
const contactFilters: ContactsArguments[] = [
  {},
  { billingCode: 'b7' },
  { fax: '6057' },
  { occupation: 'NURSE' },
  { occupationRawValue: 'kind 7' },
]
for (const excludeReadOnly of [false, true]) {
  for (const filter of facilityFilters)
    test(`facilities by ${JSON.stringify({ ...filter, excludeReadOnly })} come from an index in their order`, () =>
      assertServed((context) => listFacilities(context, { ...filter, excludeReadOnly }, info)))
  for (const filter of contactFilters)
    test(`contacts by ${JSON.stringify({ ...filter, excludeReadOnly })} come from an index in their order`, () =>
      assertServed((context) => listContacts(context, { ...filter, excludeReadOnly }, info)))
}

for (const filter of [{ name: 'place 77' }, { city: 'city 77' }, { postalCode: 'v77' }])
  test(`facilities by the prefix ${JSON.stringify(filter)} are found by an index`, () =>
    assertServed((context) => listFacilities(context, filter, info), true))

for (const filter of [{ name: 'first77' }, { facilityName: 'place 77' }])
  test(`contacts by the prefix ${JSON.stringify(filter)} are found by an index`, () =>
    assertServed((context) => listContacts(context, filter, info), true))

for (const includeArchived of [false, true]) {
  test(`care team roles come from an index in their order, archived ones: ${includeArchived}`, () =>
    assertServed((context) => listCareTeamRoles(context, { includeArchived }, info)))
  test(`care team roles by name are found by an index, archived ones: ${includeArchived}`, () =>
    assertServed((context) => listCareTeamRoles(context, { name: 'role 77', includeArchived }, info), true))
}

test('no domain sees another’s address book', async () => {
  const { data } = await patients.ask(
    '{ contacts { totalCount } facilities { totalCount } }',
    {},
    { domainId: 2 },
  )
  assert.deepEqual(data, { contacts: { totalCount: 500 }, facilities: { totalCount: 500 } })
  const stranger = await patients.ask(
    '{ contact(id: 501) { id } facility(id: 501) { id } }',
    {},
    { domainId: 2 },
  )
  assert.deepEqual(stranger.data, { contact: null, facility: null })
})

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { findTenancyFaults, listTablesOfNoDomain, openDatabase, withDomain } from '@commonchart/database'
import { SubgraphContext } from '@commonchart/subgraph'
import { createIdentity } from '@commonchart/testing'
import { buildSchema, execute, parse, type GraphQLResolveInfo } from 'graphql'
import { sql, type Kysely } from 'kysely'
import { listPatientHistory } from './patient-history.ts'
import { listPatients, type PatientsArguments } from './patient-list.ts'
import type { Tables } from './tables.ts'
import { startPatients } from './test-patients.ts'

let patients: Awaited<ReturnType<typeof startPatients>>
let admin: Kysely<Tables>
let app: Kysely<Tables>
const read: string[] = []
before(async () => {
  patients = await startPatients()
  admin = openDatabase<Tables>(patients.database.adminUrl, { max: 1 })
  app = openDatabase<Tables>(patients.database.url, { max: 2, onQuery: (text) => read.push(text) })
  await populate(1, 20_000)
  await populate(2, 500)
  await sql`VACUUM ANALYZE`.execute(admin)
})
after(async () => {
  await admin.destroy()
  await app.destroy()
  await patients.stop()
})

async function populate(domainId: number, count: number): Promise<void> {
  await sql`
    INSERT INTO location_ref SELECT ${domainId}::int, n, 'Location ' || n, 'location ' || n, 'ACTIVE', 1 FROM generate_series(1, 20) n`.execute(
    admin,
  )
  await sql`
    INSERT INTO provider_ref SELECT ${domainId}::int, n, 'Provider ' || n, 'provider ' || n, 'ACTIVE', 1 FROM generate_series(1, 50) n`.execute(
    admin,
  )
  await sql`
    INSERT INTO patient (domain_id, created_at, updated_at, archived, first_name, first_name_key, last_name, last_name_key,
      date_of_birth, gender, email, email_key, primary_location_id, primary_practitioner_id)
    SELECT ${domainId}::int, '2020-01-01'::timestamptz + n * interval '1 minute', '2021-01-01'::timestamptz + (n * 7919 % 99991) * interval '1 minute',
      n % 50 = 0, 'First' || n, 'first' || n, 'Last' || n % 1000, 'last' || n % 1000, '1950-01-01'::date + (n % 20000),
      (ARRAY['MALE', 'FEMALE', 'OTHER'])[1 + n % 3], 'p' || n || '@example.test', 'p' || n || '@example.test',
      CASE WHEN n % 4 > 0 THEN 1 + n % 20 END, CASE WHEN n % 5 > 0 THEN 1 + n % 50 END
    FROM generate_series(1, ${count}::int) n`.execute(admin)
  await sql`INSERT INTO patient_phone SELECT domain_id, (6045550000 + id)::text, id FROM patient WHERE domain_id = ${domainId}`.execute(
    admin,
  )
  await sql`INSERT INTO identification_template (domain_id, id, name) VALUES (${domainId}, 1, 'Card'), (${domainId}, 2, 'Rare')`.execute(
    admin,
  )
  await sql`
    INSERT INTO identification (domain_id, patient_id, template_id, value, value_key, created_at, updated_at)
    SELECT domain_id, id, CASE WHEN id % 500 = 0 THEN 2 ELSE 1 END, 'C' || id, 'c' || id, now(), now() FROM patient WHERE domain_id = ${domainId}`.execute(
    admin,
  )
  await sql`INSERT INTO status_tag (domain_id, id, name, created_at, updated_at) VALUES (${domainId}, 1, 'Tag', now(), now())`.execute(
    admin,
  )
  await sql`INSERT INTO patient_status_tag SELECT domain_id, 1, id FROM patient WHERE domain_id = ${domainId} AND id % 100 = 0`.execute(
    admin,
  )
}

/** The info of a query of `patients` with this selection, as a resolver gets it. */
async function infoOf(selection: string): Promise<GraphQLResolveInfo> {
  const schema = buildSchema(
    `type Query { patients: C } type C { nodes: [P] pageInfo: I } type P { id: ID fullName: String } type I { hasNextPage: Boolean }`,
  )
  let found: GraphQLResolveInfo | undefined
  await execute({
    schema,
    document: parse(`{ patients { ${selection} } }`),
    rootValue: { patients: (_: unknown, __: unknown, info: GraphQLResolveInfo) => void (found = info) },
  })
  assert.ok(found)
  return found
}

/** Runs the list as the program does and explains the statement that it sent. */
async function planOf(args: PatientsArguments): Promise<string> {
  const nobody = { post: () => Promise.reject(new Error('nobody')) }
  const context = new SubgraphContext<Tables>(createIdentity({ domainId: 1 }), app, nobody)
  read.length = 0
  await listPatients(context, args, await infoOf('nodes { id }'))
  await context.endReads()
  const statement = read.find((text) => text.includes('from "patient"') || text.includes('as "patient"'))
  assert.ok(statement, read.join('\n'))
  return withDomain(app, 1, async (trx) => {
    // A plan that holds for any value: what the planner would come to for a statement sent again and again.
    await sql.raw('SET LOCAL plan_cache_mode = force_generic_plan').execute(trx)
    await sql.raw(`PREPARE listed AS ${statement}`).execute(trx)
    const count = new Set(statement.match(/\$\d+/g)).size
    const { rows } = await sql<
      Record<string, string>
    >`${sql.raw(`EXPLAIN EXECUTE listed(${Array(count).fill('NULL').join()})`)}`.execute(trx)
    await sql.raw('DEALLOCATE listed').execute(trx)
    return rows.map((row) => Object.values(row)[0]).join('\n')
  })
}

const searches: [string, PatientsArguments][] = [
  ['nothing', {}],
  ['includeArchived', { includeArchived: true }],
  ['dateOfBirth', { dateOfBirth: '1960-01-01' }],
  ['email', { email: 'p77' }],
  ['firstName', { firstName: 'first77' }],
  ['lastName', { lastName: 'last77' }],
  ['gender', { gender: 'MALE' }],
  ['identificationValue', { identificationValue: 'c77' }],
  ['locationId', { locationId: '3' }],
  ['phone', { phone: '6045550077' }],
  ['primaryPractitionerId', { primaryPractitionerId: '3' }],
  ['statusTagId', { statusTagId: '1' }],
  ['updatedSince', { updatedSince: new Date() }],
  [
    'updatedSince in its order',
    { updatedSince: new Date(), orderBy: [{ field: 'UPDATED_AT', direction: 'ASC' }] },
  ],
  ...['ID', 'CREATED_AT', 'UPDATED_AT', 'FIRST_NAME', 'LAST_NAME', 'DATE_OF_BIRTH'].flatMap((field) =>
    (['ASC', 'DESC'] as const).map((direction): [string, PatientsArguments] => [
      `the order of ${field} ${direction}`,
      { orderBy: [{ field, direction }] },
    ]),
  ),
]

for (const [name, args] of searches)
  test(`patients by ${name} are found by an index, as the program, on 20 000 rows`, async () => {
    const plan = await planOf(args)
    assert.doesNotMatch(plan, /Seq Scan/, plan)
    assert.doesNotMatch(
      plan,
      /Filter: .*(_key|gender|date_of_birth|primary_|digits|template_id|status_tag_id|updated_at)/,
      plan,
    )
  })

test('the history of a patient is read by its index, as the program', async () => {
  await sql`INSERT INTO audit_event (domain_id, id, action, record_type, record_id, fields, principal, request_id)
    SELECT 1, gen_random_uuid(), 'patient.updated', 'Patient', (n % 2000)::text, '{}', '{}', 'r' FROM generate_series(1, 20000) n`.execute(
    admin,
  )
  await sql`ANALYZE audit_event`.execute(admin)
  const nobody = { post: () => Promise.reject(new Error('nobody')) }
  const context = new SubgraphContext<Tables>(createIdentity({ domainId: 1 }), app, nobody)
  read.length = 0
  const page = await listPatientHistory(context, { id: '7' }, new Set())
  await context.endReads()
  assert.equal(page.nodes.length, 10)
  const statement = read.find((text) => text.includes('from "audit_event"'))
  assert.ok(statement, read.join('\n'))
  const plan = await withDomain(app, 1, async (trx) => {
    await sql.raw('SET LOCAL plan_cache_mode = force_generic_plan').execute(trx)
    await sql.raw(`PREPARE history AS ${statement}`).execute(trx)
    const count = new Set(statement.match(/\$\d+/g)).size
    const { rows } = await sql<
      Record<string, string>
    >`${sql.raw(`EXPLAIN EXECUTE history(${Array(count).fill('NULL').join()})`)}`.execute(trx)
    await sql.raw('DEALLOCATE history').execute(trx)
    return rows.map((row) => Object.values(row)[0]).join('\n')
  })
  assert.match(plan, /audit_event_of_record/)
  assert.doesNotMatch(plan, /Seq Scan|Sort|Filter: .*record_/)
})

test('a query of ids reads no name column', async () => {
  const context = new SubgraphContext<Tables>(createIdentity({ domainId: 1 }), app, {
    post: () => Promise.reject(new Error('nobody')),
  })
  read.length = 0
  await listPatients(context, {}, await infoOf('nodes { id }'))
  await context.endReads()
  const statement = read.find((text) => text.includes('from "patient"')) ?? ''
  assert.ok(statement.length > 0)
  assert.doesNotMatch(statement, /name/)
})

test('domain_id comes first everywhere, and no domain sees another’s patients', async () => {
  assert.deepEqual(await findTenancyFaults(app, ['domain_ref']), [])
  const [one, two] = await Promise.all(
    [1, 2].map((domainId) =>
      patients.ask('{ patients(first: 1) { totalCount nodes { id } } }', {}, { domainId }),
    ),
  )
  assert.equal(one?.data?.patients.totalCount, 19_600)
  assert.equal(two?.data?.patients.totalCount, 490)
  const theirs = two?.data?.patients.nodes[0].id
  const stranger = await patients.ask(
    'query ($id: ID!) { patient(id: $id) { id } _entities(representations: [{ __typename: "Patient", id: $id }]) { __typename } }',
    { id: theirs },
  )
  assert.deepEqual(stranger.data, { patient: null, _entities: [null] })
})

test('an export or the end of a domain leaves out no table', async () => {
  assert.deepEqual(await listTablesOfNoDomain(app), [])
})

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openDatabase, withDomain } from '@commonchart/database'
import { SubgraphContext } from '@commonchart/subgraph'
import { createIdentity } from '@commonchart/testing'
import { buildSchema, execute, parse, type GraphQLResolveInfo } from 'graphql'
import { sql, type Kysely } from 'kysely'
import type { Context } from '../context.ts'
import { listStatusTags } from '../status-tags.ts'
import type { Tables } from '../tables.ts'
import { startPatients } from '../test-patients.ts'
import { listCategories } from './categories.ts'
import { listItems } from './items.ts'
import { listTemplates, listTemplatesOf } from './templates.ts'

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
  info = await infoOf()
})
after(async () => {
  await admin.destroy()
  await app.destroy()
  await patients.stop()
})

const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`

async function populate(domainId: number, count: number): Promise<void> {
  const rows = sql`generate_series(1, ${count}::int) n`
  const domain = sql`${domainId}::int`
  const id = sql`('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid`
  const category = sql`('00000000-0000-4000-8000-' || lpad((1 + n % ${count / 2}::int)::text, 12, '0'))::uuid`
  const names = sql`'Name ' || n, 'name ' || n, 'Nom ' || n, 'nom ' || n`
  const statements = [
    sql`INSERT INTO status_tag (domain_id, id, name, name_key, name_fr, name_fr_key, deactivated, created_at, updated_at)
      SELECT ${domain}, n, ${names}, n % 10 = 0, now(), now() FROM ${rows}`,
    sql`INSERT INTO patient_data_category (domain_id, id, name, name_key, name_fr, name_fr_key, archived)
      SELECT ${domain}, ${id}, ${names}, n % 10 = 0 FROM ${rows}`,
    sql`INSERT INTO patient_data_template (domain_id, id, category_id, name, name_key, name_fr, name_fr_key, module, archived, listed)
      SELECT ${domain}, ${id}, ${category}, ${names}, 'FORM', n % 10 = 0, n % 10 > 0 FROM ${rows}`,
    sql`INSERT INTO patient (domain_id, id, created_at, updated_at, first_name, first_name_key, last_name, last_name_key, date_of_birth)
      SELECT ${domain}, n, now(), now(), 'A', 'a', 'B', 'b', date '1950-01-01' FROM generate_series(1, 500) n`,
    sql`INSERT INTO patient_data_item (domain_id, id, patient_id, category_id, template_id, content, created_at, updated_at)
      SELECT ${domain}, n, 1 + n % 500, ${category}, ${id}, '{}', now(), now() FROM ${rows}`,
  ]
  for (const statement of statements) await statement.execute(admin)
}

/** The info of a query of a list, as a resolver gets it. */
async function infoOf(): Promise<GraphQLResolveInfo> {
  let found: GraphQLResolveInfo | undefined
  await execute({
    schema: buildSchema('type Query { list: C } type C { nodes: [N] } type N { id: ID }'),
    document: parse('{ list { nodes { id } } }'),
    rootValue: { list: (_: unknown, __: unknown, given: GraphQLResolveInfo) => void (found = given) },
  })
  assert.ok(found)
  return found
}

/** Runs a list as the program does and explains the statement that it sent, for any values. */
async function planOf(list: (context: Context) => Promise<unknown>, language: 'en' | 'fr'): Promise<string> {
  const context: Context = new SubgraphContext<Tables>(createIdentity({ domainId: 1, language }), app, {
    post: () => Promise.reject(new Error('nobody')),
  })
  sent.length = 0
  await list(context)
  await context.endReads()
  const statement = sent.findLast((text) => text.startsWith('select'))
  assert.ok(statement, sent.join('\n'))
  return withDomain(app, 1, async (trx) => {
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

const lists: [string, (context: Context) => Promise<unknown>][] = [
  ['tags', (context) => listStatusTags(context, {}, info)],
  ['tags, deactivated ones too', (context) => listStatusTags(context, { includeDeactivated: true }, info)],
  ['categories', (context) => listCategories(context, {}, info)],
  ['categories, archived ones too', (context) => listCategories(context, { includeArchived: true }, info)],
  ['categories by name', (context) => listCategories(context, { name: 'name 77' }, info)],
  ['templates', (context) => listTemplates(context, {}, info)],
  ['templates by name', (context) => listTemplates(context, { name: 'name 77' }, info)],
  ['templates of a category', (context) => listTemplates(context, { categoryUuid: uuid(7) }, info)],
  [
    'templates of categories of a name',
    (context) => listTemplates(context, { categoryName: 'name 499' }, info),
  ],
  ['templates of one category', (context) => listTemplatesOf(context, uuid(7))],
  ['items of a patient', (context) => listItems(context, '7', {}, info)],
  ['items of a category', (context) => listItems(context, '7', { categoryUuid: uuid(7) }, info)],
  ['the item of a template', (context) => listItems(context, '7', { templateUuid: uuid(7) }, info)],
]

for (const [name, list] of lists)
  for (const language of ['en', 'fr'] as const)
    test(`${name} are found by an index, as the program, on 20 000 rows, in ${language}`, async () => {
      const plan = await planOf(list, language)
      assert.doesNotMatch(plan, /Seq Scan/, plan)
      const searched = /Filter: .*\b(name_key|name_fr_key|listed|category_id|template_id|patient_id)\b/
      assert.doesNotMatch(plan, searched, plan)
      // Few rows that an index found may be put in order.
      if (!/^templates of (categories|one)|^the item/.test(name)) assert.doesNotMatch(plan, /Sort/, plan)
    })

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { findTenancyFaults, openDatabase, withDomain } from '@commonchart/database'
import { insertTestDomains, openTestDatabase } from '@commonchart/testing'
import { sql, type Kysely, type Transaction } from 'kysely'
import { findCandidates } from './candidates.ts'
import { countBelongings, moveBack, moveBelongings } from './merge-moves.ts'
import { readPatientFacts } from './patient-facts.ts'
import { findMatches } from './patient-matches.ts'
import { refreshTerms } from './patient-terms.ts'
import { lookupsOf, readSearch } from './search-text.ts'
import type { Tables } from './tables.ts'

let database: Awaited<ReturnType<typeof openTestDatabase>>
let admin: Kysely<Tables>
let app: Kysely<Tables>
const sent: string[] = []
before(async () => {
  database = await openTestDatabase(new URL('../migrations/', import.meta.url))
  await insertTestDomains(database)
  admin = openDatabase<Tables>(database.adminUrl, { max: 1 })
  app = openDatabase<Tables>(database.url, { max: 2, onQuery: (text) => sent.push(text) })
  await populate(20_000)
})
after(async () => {
  await admin.destroy()
  await app.destroy()
  await database.close()
})

const uuid = '00000000-0000-4000-8000-000000000001'

async function populate(count: number): Promise<void> {
  const statements = [
    `INSERT INTO patient (domain_id, created_at, updated_at, first_name, first_name_key, last_name, last_name_key, date_of_birth, merged_into, archived)
     SELECT 1, now(), now(), 'First' || n % 500, 'first' || n % 500, 'Last' || n % 1000, 'last' || n % 1000,
       '1950-01-01'::date + (n % 20000), CASE WHEN n % 50 = 0 THEN n - 1 END, n % 50 = 0 FROM generate_series(1, ${count}) n`,
    `INSERT INTO patient_term SELECT domain_id, kind, term, id FROM patient, LATERAL (VALUES
       ('name', first_name_key), ('name', last_name_key), ('pair', first_name_key || ' ' || last_name_key), ('birth', date_of_birth::text),
       ('slip', left(last_name_key, -1)), ('sound', 'FRST'), ('number', 'c' || id), ('phone', (6045550000 + id)::text)) AS v (kind, term)`,
    `INSERT INTO identification_template (domain_id, id, name) VALUES (1, 1, 'Card')`,
    `INSERT INTO identification (domain_id, patient_id, template_id, value, value_key, created_at, updated_at)
     SELECT 1, id, 1, 'C' || id, 'c' || id, now(), now() FROM patient`,
    `INSERT INTO former_name (domain_id, patient_id, last_name, last_name_key) SELECT 1, id, 'Old', 'old' FROM patient`,
    `INSERT INTO external_id SELECT 1, 'patient', 'urn:x', 'v' || id, id, 'f' FROM patient`,
    `INSERT INTO status_tag (domain_id, id, name, created_at, updated_at) VALUES (1, 1, 'Tag', now(), now())`,
    `INSERT INTO patient_status_tag SELECT 1, 1, id FROM patient`,
    `INSERT INTO care_team_member (domain_id, created_at, updated_at, patient_id, provider_id) SELECT 1, now(), now(), id, 1 FROM patient`,
    `INSERT INTO patient_data_category (domain_id, id, name, name_key, name_fr_key) VALUES (1, '${uuid}', 'C', 'c', 'c')`,
    `INSERT INTO patient_data_template (domain_id, id, category_id, name, name_key, name_fr_key, module)
     VALUES (1, '${uuid}', '${uuid}', 'T', 't', 't', 'FORM')`,
    `INSERT INTO patient_data_item (domain_id, patient_id, category_id, template_id, content, created_at, updated_at)
     SELECT 1, id, '${uuid}', '${uuid}', '{}', now(), now() FROM patient`,
    'VACUUM ANALYZE',
  ]
  for (const statement of statements) await sql.raw(statement).execute(admin)
}

/** Runs some work as the program does and explains every statement that it sent, for whatever values. */
async function plansOf(work: (trx: Transaction<Tables>) => Promise<unknown>): Promise<string[]> {
  return withDomain(app, 1, async (trx) => {
    sent.length = 0
    await work(trx)
    const statements = [...new Set(sent)].filter((text) => /^\s*(select|with|update|delete)\b/i.test(text))
    assert.ok(statements.length > 0)
    await sql.raw('SET LOCAL plan_cache_mode = force_generic_plan').execute(trx)
    const plans: string[] = []
    for (const statement of statements) {
      await sql.raw(`PREPARE looked AS ${statement}`).execute(trx)
      const count = new Set(statement.match(/\$\d+/g)).size
      const values = count === 0 ? '' : `(${Array(count).fill('NULL').join()})`
      const { rows } = await sql<
        Record<string, string>
      >`${sql.raw(`EXPLAIN EXECUTE looked${values}`)}`.execute(trx)
      await sql.raw('DEALLOCATE looked').execute(trx)
      plans.push(`${statement}\n${rows.map((row) => Object.values(row)[0]).join('\n')}`)
    }
    return plans
  })
}

const person = {
  ...{ firstName: 'First7', lastName: 'Last7', dateOfBirth: '1960-01-01', gender: 'MALE' },
  ...{ numbers: [{ value: 'C7', templateId: 1 }], formerNames: [] },
}
const way = { domainId: 1, from: '11', to: '12' }
const works: [string, (trx: Transaction<Tables>) => Promise<unknown>][] = [
  [
    'a search',
    (trx) =>
      findCandidates(trx, 1, lookupsOf(readSearch('first7 last7 1960-01-01 604 555 0007 c77')), {
        count: 150,
      }),
  ],
  ['what a patient is compared by', (trx) => readPatientFacts(trx, 1, ['49', '99'])],
  ['matching', (trx) => findMatches(trx, 1, person)],
  ['keeping terms', (trx) => refreshTerms({ trx, domainId: 1 }, ['77'])],
  ['previewing a merge', (trx) => countBelongings(trx, way)],
  [
    'merging and its undoing',
    async (trx) => moveBack(trx, { domainId: 1, from: '12', to: '11' }, await moveBelongings(trx, way)),
  ],
]

for (const [name, work] of works)
  test(`${name} goes by indexes alone, as the program, on 20 000 patients`, async () => {
    for (const plan of await plansOf(work)) {
      assert.doesNotMatch(plan, /Seq Scan/, plan)
      assert.doesNotMatch(
        plan,
        /Filter: .*\b(kind|term|patient_id|merged_into|merged_id|record_id)\b.* [=<>]/,
        plan,
      )
    }
  })

test('a search reads a bounded part of the terms, however many patients share a name', async () => {
  const { rows } = await withDomain(app, 1, (trx) => {
    const lookups = [{ part: 0, kind: 'sound' as const, term: 'FRST', weight: 1, most: 100 }]
    return findCandidates(trx, 1, lookups, { count: 1000 }).then((found) => ({ rows: found }))
  })
  assert.equal(rows.length, 100)
})

test('domain_id comes first in every table of matching and merging', async () => {
  assert.deepEqual(await findTenancyFaults(app, ['domain_ref']), [])
})

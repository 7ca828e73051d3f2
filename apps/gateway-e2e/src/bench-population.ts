import assert from 'node:assert/strict'
import { faker } from '@faker-js/faker/locale/en_CA'
import type pg from 'pg'
import { change } from './clinic.ts'
import { external, importClinic, importItems } from './imports.ts'
import type { Stack } from './stack.ts'
import { until } from './until.ts'

/** So many patients go through the import; the others are their like, made in the database. */
export const baseCount = 1000
const itemsAtOnce = 100

/** The digits by which the texts of patient `n` differ from everybody else's: part of e-mail, phone number, health card. */
const mark = (n: number): string => String(1_000_000 + n)

/** Imports patients as the support account does and gives how many a second went in. */
export async function importPatients(stack: Stack, from: number, count: number): Promise<number> {
  const clinic = await importClinic(stack.north)
  const [template] = await importItems(stack.north, 'importIdentificationTemplates', [
    { externalId: external('card'), name: 'Health card' },
  ])
  faker.seed(20_260_101)
  const items = Array.from({ length: count }, (_, index) => ({
    externalId: external(`bench-${mark(from + index)}`),
    firstName: faker.person.firstName(),
    lastName: faker.person.lastName(),
    dateOfBirth: faker.date
      .between({ from: '1930-01-01T00:00:00Z', to: '2025-06-30T00:00:00Z' })
      .toISOString()
      .slice(0, 10),
    gender: ['FEMALE', 'MALE', 'OTHER'][index % 3],
    email: `person${mark(from + index)}@example.com`,
    phone: `604${mark(from + index)}`,
    streetAddress: faker.location.streetAddress(),
    city: faker.location.city(),
    region: 'BC',
    zipcode: 'V5K 0A1',
    country: 'Canada',
    primaryLocationId: clinic.locationIds[index % 2],
    primaryPractitionerId: clinic.providerIds[index % 2],
    identifications: [{ templateId: Number(template?.id), value: `91${mark(from + index)}` }],
  }))
  const begun = performance.now()
  for (let at = 0; at < count; at += itemsAtOnce) {
    const results = await importItems(stack.north, 'importPatients', items.slice(at, at + itemsAtOnce))
    assert.ok(
      results.every(({ outcome }) => outcome === 'CREATED'),
      JSON.stringify(results.find(({ outcome }) => outcome !== 'CREATED')),
    )
  }
  return count / ((performance.now() - begun) / 1000)
}

/** Sets a tag on every tenth of the patients that are there. */
export async function tagPatients(stack: Stack, admin: pg.Client): Promise<void> {
  const { statusTag } = await change(stack.north, 'createStatusTag', { name: 'Diabetes' }, 'statusTag { id }')
  await admin.query(
    `INSERT INTO patient_status_tag (domain_id, status_tag_id, patient_id)
     SELECT domain_id, $1, id FROM patient WHERE id % 10 = 0`,
    [Number(statusTag.id)],
  )
}

/**
 * Multiplies the patients that were imported until there are `count`, with everything that any table holds of them: each
 * copy has ids, a time of creation and marks of its own, in every text that holds the mark. So whatever the service derives
 * from what is said of a patient is there as it writes it.
 */
export async function multiplyPatients(admin: pg.Client, count: number): Promise<void> {
  const copies = Math.ceil(count / baseCount) - 1
  const { rows } = await admin.query<{
    table: string
    columns: string[]
    identity: string[]
    types: string[]
  }>(
    `SELECT c.relname AS table, array_agg(a.attname::text ORDER BY a.attnum) AS columns,
       array_agg(format_type(a.atttypid, NULL) ORDER BY a.attnum) AS types,
       coalesce(array_agg(a.attname::text) FILTER (WHERE a.attidentity <> ''), '{}') AS identity
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
       AND a.attgenerated = ''
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
     GROUP BY c.relname`,
  )
  const own = rows.filter(({ columns, types }) => types[columns.indexOf('patient_id')] === 'bigint')
  const patient = rows.find(({ table }) => table === 'patient')
  const external = rows.find(({ table }) => table === 'external_id')
  assert.ok(patient && external)
  // A patient's mark does not stand in tables of their own: it is read from the e-mail address.
  await admin.query(
    `CREATE TEMPORARY TABLE original AS
     SELECT id, substring(email FROM '\\d{7}') AS mark, row_number() OVER (ORDER BY id) AS place FROM patient;
     CREATE TEMPORARY TABLE copy AS
     SELECT o.id, o.mark, n, (SELECT max(id) FROM patient) + (n - 1) * ${baseCount} + o.place AS new_id,
       (o.mark::integer + n * ${baseCount})::text AS new_mark
     FROM original o, generate_series(1, ${copies}) n`,
  )
  const shifted = ({ table, columns, types, identity }: (typeof rows)[number], idColumn: string): string => {
    const kept = columns.filter((column) => column === idColumn || !identity.includes(column))
    const values = kept.map((column) => {
      const type = types[columns.indexOf(column)] ?? ''
      if (column === idColumn) return 'copy.new_id'
      if (table === 'patient' && column === 'created_at')
        return `old.created_at + copy.n * interval '1 minute' + copy.new_id * interval '1 millisecond'`
      if (!/^(text|character varying|jsonb|text\[\])$/.test(type)) return `old."${column}"`
      return `replace(old."${column}"::text, copy.mark, copy.new_mark)::${type}`
    })
    return `INSERT INTO "${table}" (${kept.map((column) => `"${column}"`).join(', ')})
      SELECT ${values.join(', ')} FROM "${table}" old JOIN copy ON copy.id = old."${idColumn}"`
  }
  await admin.query(shifted(patient, 'id'))
  for (const table of own) await admin.query(shifted(table, 'patient_id'))
  await admin.query(`${shifted(external, 'record_id')} WHERE old.type = 'Patient'`)
  await admin.query(`SELECT setval(pg_get_serial_sequence('patient', 'id'), (SELECT max(id) FROM patient));
    DROP TABLE copy; DROP TABLE original`)
}

/** Measures how many patients a second bare COPY takes: the same rows of the same tables, their indexes included. */
export async function measureCopy(admin: pg.Client, count: number): Promise<number> {
  const { rows } = await admin.query<{ table: string }>(
    `SELECT DISTINCT table_name AS table FROM information_schema.columns
     WHERE table_schema = 'public' AND (column_name = 'patient_id' AND data_type = 'bigint' OR table_name IN ('patient', 'external_id'))`,
  )
  const tables = rows.map(({ table }) => table)
  const newest = `(SELECT id FROM patient ORDER BY id DESC LIMIT ${count})`
  for (const table of tables) {
    const id = table === 'patient' ? 'id' : table === 'external_id' ? 'record_id' : 'patient_id'
    await admin.query(`CREATE TABLE "copied_${table}" (LIKE "${table}" INCLUDING ALL);
      COPY (SELECT * FROM "${table}" WHERE "${id}" IN ${newest}) TO '/tmp/commonchart-bench-${process.pid}-${table}'`)
  }
  const begun = performance.now()
  for (const table of tables)
    await admin.query(`COPY "copied_${table}" FROM '/tmp/commonchart-bench-${process.pid}-${table}'`)
  const perSecond = count / ((performance.now() - begun) / 1000)
  for (const table of tables)
    await admin.query(`DROP TABLE "copied_${table}";
      COPY (SELECT WHERE false) TO PROGRAM 'rm /tmp/commonchart-bench-${process.pid}-${table}'`)
  return perSecond
}

/** Waits until the events of the imports are delivered, so that nothing else is under way. */
export async function drainEvents(admin: pg.Client): Promise<void> {
  await until(
    async () => {
      const { rows } = await admin.query<{ waiting: string }>(
        'SELECT count(*) AS waiting FROM graphile_worker._private_jobs',
      )
      return rows[0]?.waiting === '0'
    },
    'every event is delivered',
    300,
  )
  await admin.query('VACUUM ANALYZE')
}

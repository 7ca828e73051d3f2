import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Catalogue } from './catalogue.ts'
import { checkMigration } from './check-migration.ts'
import { readStatements } from './statements.ts'

/** Ten migrations that were written when the lint was finished: it knew six of them as bad, and has learned the rest since. */
const released = `
CREATE TABLE patient (
  domain_id integer NOT NULL, id bigint NOT NULL, name text NOT NULL, email text, PRIMARY KEY (domain_id, id)
);
CREATE UNIQUE INDEX patient_email_once ON patient (domain_id, email);
CREATE TABLE visit (domain_id integer NOT NULL, id bigint NOT NULL, seen boolean, PRIMARY KEY (domain_id, id));
CREATE TABLE request (domain_id integer NOT NULL, id uuid NOT NULL, PRIMARY KEY (domain_id, id)) PARTITION BY RANGE (id);
CREATE FUNCTION due(before date) RETURNS SETOF bigint LANGUAGE sql STABLE AS $$ SELECT id FROM public.visit $$;`

const names = {
  tables: {
    patient: ['domain_id', 'id', 'name', 'email'],
    visit: ['domain_id', 'id', 'seen'],
    request: ['id'],
  },
  functions: ['due'],
}

const bad: [what: string, migration: string, instead: RegExp][] = [
  [
    'computes a stored column',
    'ALTER TABLE patient ADD COLUMN name_key text GENERATED ALWAYS AS (lower(name)) STORED',
    /add a plain column that the program fills/,
  ],
  [
    'numbers the rows of a table',
    'ALTER TABLE visit ADD COLUMN place bigint GENERATED ALWAYS AS IDENTITY',
    /have the program fill it/,
  ],
  ['takes the primary key away', 'ALTER TABLE visit DROP CONSTRAINT visit_pkey', /ON CONFLICT/],
  [
    'deletes inside an insertion',
    'WITH gone AS (DELETE FROM visit RETURNING id) INSERT INTO patient VALUES (1, 1, $$x$$, NULL)',
    /have the program do it/,
  ],
  [
    'changes what a function gives',
    'DROP FUNCTION due(date); CREATE FUNCTION due(before date) RETURNS text LANGUAGE sql AS $$ SELECT $a$x$a$ $$',
    /a name or types of its own/,
  ],
  [
    'hides what it does in a block',
    `DO $$ BEGIN EXECUTE 'ALTER TABLE patient RENAME TO person'; END $$`,
    /write its statements out/,
  ],
  ['adds a policy', 'CREATE POLICY everybody ON visit USING (true)', /opens visit/],
  [
    'makes a partition in its place',
    `CREATE TABLE request_2027 PARTITION OF request FOR VALUES FROM ('00000000-0000-0000-0000-000000000000') TO ('10000000-0000-0000-0000-000000000000')`,
    /ATTACH PARTITION afterwards/,
  ],
  [
    'takes a right away',
    'REVOKE INSERT ON visit FROM commonchart_app',
    /in the release after the one that stops/,
  ],
  [
    'drops the index that keeps a value single',
    '-- outside a transaction\nDROP INDEX CONCURRENTLY IF EXISTS patient_email_once',
    /ON CONFLICT/,
  ],
]

for (const [what, migration, instead] of bad)
  test(`a migration that ${what} is refused, with what to do instead`, () => {
    const catalogue = new Catalogue()
    for (const statement of readStatements(released)) catalogue.apply(statement)
    const faults = checkMigration(migration, { catalogue, released: names, tenancy: true })
    assert.match(faults.map(({ message }) => message).join('\n'), instead)
  })

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeStatement } from './describe-statement.ts'

for (const [text, name] of [
  ['/* prepare read_time */ SELECT now()', 'read_time'],
  ['select "id", "name" from "patient" where "id" = $1', 'SELECT patient'],
  ['insert into "commonchart"."audit_event" ("id") values ($1)', 'INSERT audit_event'],
  ['update "patient" set "name" = $1 where "id" in (select "id" from "other")', 'UPDATE patient'],
  ["BEGIN; SET LOCAL app.domain_id = '7'", 'BEGIN'],
  ['COMMIT', 'COMMIT'],
  ['WITH found AS (SELECT 1 FROM lane) SELECT * FROM found', 'WITH lane'],
  ["SELECT 'from Zebediah', 'it''s from Quillfeather' FROM note", 'SELECT note'],
  ['', 'SQL'],
] as const)
  test(`a statement is called ${name}`, () => {
    assert.equal(describeStatement(text).name, name)
  })

test('nothing is said of a statement but its kind, its table and its own name', () => {
  const text = `/* about Zebediah */ SELECT * FROM patient WHERE name = 'Zebediah' AND note = 'from Quillfeather'`
  assert.deepEqual(describeStatement(text).attributes, {
    'db.system.name': 'postgresql',
    'db.operation.name': 'SELECT',
    'db.collection.name': 'patient',
    'db.query.summary': 'SELECT patient',
  })
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judgeStatement } from './judge-statement.ts'

const placement = { distributed: new Set(['patient', 'appointment', 'counter']) }
const judge = (text: string): Promise<string[]> => judgeStatement(text, placement)
const missing = (table: string): string => `${table}: the statement does not give its domain_id`

const taken = {
  'a row by its key': 'SELECT * FROM patient WHERE domain_id = $1 AND id = $2 FOR UPDATE',
  'a row comparison': 'SELECT * FROM patient WHERE (domain_id, id) = ($1, $2)',
  'a join in which the domain is handed on':
    'SELECT * FROM patient p JOIN appointment a ON a.domain_id = p.domain_id AND a.patient_id = p.id WHERE p.domain_id = $1',
  'a join by USING': 'SELECT * FROM patient JOIN appointment USING (domain_id) WHERE patient.domain_id = 7',
  'a correlated subquery':
    'SELECT (SELECT count(*) FROM appointment a WHERE a.domain_id = p.domain_id) FROM patient p WHERE p.domain_id = $1::integer',
  'a global table': 'SELECT * FROM domain_ref',
  'an insert of a value': 'INSERT INTO patient (domain_id, id) VALUES ($1, $2), ($1, $3)',
  'an insert of a variable of a function': 'INSERT INTO counter (domain_id, value) VALUES (domain, count)',
  'an insert from a list':
    'INSERT INTO patient (id, domain_id) SELECT n, $1::integer FROM unnest($2::bigint[]) AS given (n) ON CONFLICT DO NOTHING',
  'an insert of what is in the same domain':
    'INSERT INTO patient (domain_id, id) SELECT a.domain_id, a.patient_id FROM appointment a WHERE a.domain_id = $1',
  'an update with the time of the transaction': 'UPDATE patient SET updated_at = now() WHERE domain_id = $1',
  'an upsert of what was given':
    'INSERT INTO counter AS c (domain_id, value) VALUES ($1, $2) ON CONFLICT (domain_id) DO UPDATE SET value = c.value + excluded.value',
  'a query in WITH':
    'WITH found AS (SELECT domain_id, id FROM patient WHERE domain_id = $1) SELECT * FROM found JOIN appointment a ON a.domain_id = found.domain_id',
  'a cursor over one domain': 'DECLARE rows NO SCROLL CURSOR FOR SELECT * FROM patient WHERE domain_id = $1',
  'both sides of a union':
    'SELECT id FROM patient WHERE domain_id = $1 UNION ALL SELECT id FROM appointment WHERE domain_id = $1',
}

for (const [name, text] of Object.entries(taken))
  test(`${name} is taken`, async () => assert.deepEqual(await judge(text), []))

const refused: Record<string, [string, string[]]> = {
  'a query over all domains': ['SELECT * FROM patient WHERE id = $1 FOR UPDATE', [missing('patient')]],
  'a domain that only row-level security gives': ['SELECT count(*) FROM patient', [missing('patient')]],
  'a domain of which there are several': [
    'SELECT * FROM patient WHERE domain_id = ANY($1)',
    [missing('patient')],
  ],
  'a domain under OR': ['SELECT * FROM patient WHERE domain_id = $1 OR id = $2', [missing('patient')]],
  'a domain that a function gives': [
    'SELECT * FROM patient WHERE domain_id = commonchart.current_domain()',
    [missing('patient')],
  ],
  'a join without the domain': [
    'SELECT * FROM patient p JOIN appointment a ON a.patient_id = p.id WHERE p.domain_id = $1',
    [missing('appointment')],
  ],
  'a subquery that forgets it': [
    'DELETE FROM patient p WHERE p.domain_id = $1 AND NOT EXISTS (SELECT FROM appointment a WHERE a.patient_id = p.id)',
    [missing('appointment')],
  ],
  'one side of a union': [
    'SELECT id FROM patient WHERE domain_id = $1 UNION ALL SELECT id FROM appointment',
    [missing('appointment')],
  ],
  'an insert without the column': ['INSERT INTO patient (id) VALUES ($1)', [missing('patient')]],
  'an insert into the domains of a list': [
    'INSERT INTO patient (domain_id, id) SELECT d, $1 FROM unnest($2::integer[]) AS given (d)',
    [missing('patient')],
  ],
  'a volatile function in an update': [
    'UPDATE patient SET key = gen_random_uuid() WHERE domain_id = $1',
    ['gen_random_uuid() is volatile, in an UPDATE'],
  ],
  'the time in an upsert': [
    'INSERT INTO counter (domain_id, at) VALUES ($1, now()) ON CONFLICT (domain_id) DO UPDATE SET at = now()',
    ['now() is not immutable, in an upsert'],
  ],
  'the time in an upsert by its keyword': [
    'INSERT INTO counter (domain_id) VALUES ($1) ON CONFLICT (domain_id) DO UPDATE SET at = CURRENT_TIMESTAMP',
    ['now() is not immutable, in an upsert'],
  ],
  'a counter beside a table': [
    'INSERT INTO patient (domain_id, id) VALUES ($1, commonchart.next_id($2))',
    ['next_id() writes itself, beside a distributed table'],
  ],
  'a cursor over all domains': ['DECLARE rows CURSOR FOR SELECT * FROM patient', [missing('patient')]],
  'a lock of the whole table': ['LOCK TABLE patient', ['LOCK TABLE is refused']],
}

for (const [name, [text, faults]] of Object.entries(refused))
  test(`${name} is refused`, async () => assert.deepEqual(await judge(text), faults))

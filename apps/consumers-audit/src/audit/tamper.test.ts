import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { hashFacts } from '@commonchart/audit'
import { withDomain } from '@commonchart/database'
import { emptyRange } from '@commonchart/transparency-log'
import { readLeafFacts } from './leaf-facts.ts'
import { createRequestLeaf, createSeenLeaf, openTestLog, type TestLog } from './test-log.ts'
import { appendToTree } from './tree.ts'

let log: TestLog
let domainId = 100
before(async () => {
  log = await openTestLog()
})
after(() => log.close())

const size = 12

/** A domain's log of twelve leaves under three checkpoints; gives the one of the first eight, as an anchor keeps it. */
async function createLog(): Promise<string> {
  domainId += 1
  let anchor = ''
  for (let round = 0; round < 3; round += 1) {
    await log.insert(
      domainId,
      Array.from({ length: 4 }, () => createRequestLeaf({ requestId: `request ${round}` })),
    )
    await log.sequence(domainId)
    if (round === 1) anchor = await log.checkpoint(domainId)
  }
  assert.deepEqual(await log.verify(domainId, [anchor]), { size, covered: size, fault: null })
  return anchor
}

async function idAt(sequence: number): Promise<string> {
  return (await log.leaves(domainId))[sequence]?.facts?.id ?? assert.fail()
}

/** Runs SQL on the domain's log. `D` is its id. */
async function tamper(...statements: string[]): Promise<void> {
  for (const statement of statements) await log.tamper(statement.replaceAll(/\bD\b/g, String(domainId)))
}

async function expectFault(kind: string, sequence: number, anchors: string[] = []): Promise<void> {
  const { fault } = await log.verify(domainId, anchors)
  assert.equal(`${fault?.kind} ${fault?.sequence}`, `${kind} ${sequence}`, fault?.message)
}

/** What somebody does who has the database and not the key: all hashes, nodes and the tree made anew over the rows. */
async function rebuild(): Promise<void> {
  const leaves = await log.leaves(domainId)
  for (const { sequence, facts } of leaves)
    if (facts) {
      const hash = Buffer.from(hashFacts(facts)).toString('hex')
      await tamper(
        `UPDATE audit_sequence SET leaf_hash = '\\x${hash}' WHERE domain_id = D AND sequence = ${sequence}`,
      )
    }
  await tamper('DELETE FROM audit_node WHERE domain_id = D')
  const hashes = leaves.flatMap(({ facts }) => (facts ? [hashFacts(facts)] : []))
  await withDomain(log.db, domainId, (trx) => appendToTree(trx, domainId, emptyRange, hashes))
}

const edit = (id: string): string =>
  `UPDATE audit_leaf SET actor_name = 'Somebody else' WHERE domain_id = D AND id = '${id}'`

/** Moves the places from `from` on by `by`; the primary key is checked row by row, so they go a long way first. */
const shift = (from: number, by: number): string[] => [
  `UPDATE audit_sequence SET sequence = sequence + 1000 WHERE domain_id = D AND sequence >= ${from}`,
  `UPDATE audit_sequence SET sequence = sequence - 1000 + ${by} WHERE domain_id = D AND sequence >= 1000`,
]

test('an edited leaf is named', async () => {
  await createLog()
  await tamper(edit(await idAt(5)))
  await expectFault('altered', 5)
})

for (const [column, value] of [
  ['occurred_at', "occurred_at + interval '1 ms'"],
  ['outcome', "'FAILED'"],
  ['ip', 'NULL'],
  ['fields', "ARRAY['x']"],
  ['count', '2'],
  ['kind', "'READ'"],
])
  test(`a leaf whose ${column} was changed is named`, async () => {
    await createLog()
    await tamper(
      `UPDATE audit_leaf SET ${column} = ${value} WHERE domain_id = D AND id = '${await idAt(11)}'`,
    )
    await expectFault('altered', 11)
  })

test('a deleted leaf is named, with its place or without', async () => {
  await createLog()
  const id = await idAt(3)
  await tamper(`DELETE FROM audit_leaf WHERE domain_id = D AND id = '${id}'`)
  await expectFault('removed', 3)
  await tamper(`DELETE FROM audit_sequence WHERE domain_id = D AND leaf_id = '${id}'`)
  await expectFault('removed', 3)
})

test('a deleted leaf is named, though those behind it moved up and the tree was rebuilt', async () => {
  await createLog()
  const id = await idAt(3)
  await tamper(`DELETE FROM audit_leaf WHERE domain_id = D AND id = '${id}'`)
  await tamper(`DELETE FROM audit_sequence WHERE domain_id = D AND leaf_id = '${id}'`, ...shift(4, -1))
  await rebuild()
  await expectFault('removed', 3)
})

const exchange = (columns: string[]): string =>
  `UPDATE audit_sequence s SET ${columns.map((column) => `${column} = o.${column}`).join()}
   FROM (SELECT * FROM audit_sequence WHERE domain_id = D) o
   WHERE s.domain_id = D AND s.sequence IN (6, 7) AND o.sequence = 13 - s.sequence`

for (const columns of [['leaf_id'], ['leaf_id', 'leaf_hash'], ['leaf_id', 'leaf_hash', 'seal']])
  test(`a leaf exchanged with its neighbour is named, with ${columns.join(', ')}`, async () => {
    await createLog()
    await tamper(
      'ALTER TABLE audit_sequence DROP CONSTRAINT audit_sequence_leaf_once',
      exchange(columns),
      'ALTER TABLE audit_sequence ADD CONSTRAINT audit_sequence_leaf_once UNIQUE (domain_id, leaf_id)',
    )
    await expectFault('reordered', 6)
    await rebuild()
    await expectFault('reordered', 6)
  })

const forged = '01890000-0000-7000-8000-000000000000'
const insert = `INSERT INTO audit_leaf (domain_id, id, kind, request_id, action, fields, outcome, count)
  VALUES (D, '${forged}', 'REQUEST', 'forged', 'request.answered', '{}', 'SUCCESS', 1)`

/** A log whose leaf 12 names three patients; gives its id. */
async function createLogOfSeveral(): Promise<string> {
  await createLog()
  const leaf = createSeenLeaf([
    { counts: { Patient: 1 }, patientIds: ['71', '72'] },
    { counts: { Patient: 1, Appointment: 2 }, patientIds: ['73'] },
  ])
  await log.insert(domainId, [leaf])
  await log.sequence(domainId)
  assert.equal((await log.verify(domainId)).fault, null)
  return leaf.id
}

for (const seen of [
  `seen #- '{0,patientIds,1}'`,
  `jsonb_set(seen, '{1,counts,Appointment}', '1')`,
  `jsonb_set(seen, '{1,patientIds,0}', '"74"')`,
  'NULL',
])
  test(`a leaf of several patients is named when what was seen of whom was changed: ${seen}`, async () => {
    const id = await createLogOfSeveral()
    await tamper(`UPDATE audit_leaf SET seen = ${seen} WHERE domain_id = D AND id = '${id}'`)
    await expectFault('altered', size)
    await rebuild()
    await expectFault('altered', size)
  })

test('a leaf of several patients that is no longer found under one of them is named, with the patient', async () => {
  const id = await createLogOfSeveral()
  await tamper(`DELETE FROM audit_seen WHERE domain_id = D AND patient_id = '73'`)
  await expectFault('unlisted', size)
  const { fault } = await log.verify(domainId)
  assert.deepEqual([fault?.eventId, fault?.message.includes('names patient 73,')], [id, true])
})

test('an inserted leaf without a place is named', async () => {
  await createLog()
  await tamper(insert)
  const { fault } = await log.verify(domainId)
  assert.equal(fault?.kind, 'unsequenced')
  assert.equal(fault.eventId, forged)
})

for (const seal of ["'\\x00'", '(SELECT seal FROM audit_sequence WHERE domain_id = D AND sequence = 6)'])
  test(`an inserted leaf is named, though the others made room and the tree was rebuilt, with ${seal}`, async () => {
    await createLog()
    await tamper(
      insert,
      ...shift(5, 1),
      `INSERT INTO audit_sequence VALUES (D, 5, '${forged}', '\\x00', ${seal})`,
    )
    await rebuild()
    await expectFault('inserted', 5)
  })

test('a leaf appended without the key is named', async () => {
  await createLog()
  await tamper(insert, `INSERT INTO audit_sequence VALUES (D, ${size}, '${forged}', '\\x00', '\\x00')`)
  await rebuild()
  await expectFault('altered', size)
})

test('a tail that was cut off is named', async () => {
  await createLog()
  await tamper(
    'DELETE FROM audit_leaf WHERE domain_id = D AND id IN (SELECT leaf_id FROM audit_sequence WHERE domain_id = D AND sequence >= 9)',
    'DELETE FROM audit_sequence WHERE domain_id = D AND sequence >= 9',
  )
  await expectFault('removed', 9)
  await rebuild()
  await expectFault('removed', 9)
})

test('a tree that was rebuilt over altered leaves betrays the first of them', async () => {
  await createLog()
  await tamper(edit(await idAt(2)), edit(await idAt(8)))
  await rebuild()
  await expectFault('altered', 2)
})

test('a forged checkpoint over altered leaves is no checkpoint', async () => {
  await createLog()
  await tamper(edit(await idAt(2)))
  await rebuild()
  await tamper(`UPDATE audit_checkpoint SET text = replace(text, 'audit', 'other') WHERE domain_id = D`)
  assert.equal((await log.verify(domainId)).fault?.kind, 'checkpoint')
})

/** The log of a domain as a backup holds it, checkpoints included. */
const tables = ['leaf', 'sequence', 'node', 'tree', 'checkpoint', 'change'].map((name) => `audit_${name}`)
async function backUp(): Promise<void> {
  await tamper(
    ...tables.flatMap((table) => [
      `DROP TABLE IF EXISTS ${table}_backup`,
      `CREATE TABLE ${table}_backup AS SELECT * FROM ${table} WHERE domain_id = D`,
    ]),
  )
}
async function restore(): Promise<void> {
  await tamper(
    ...tables.flatMap((table) => [
      `DELETE FROM ${table} WHERE domain_id = D`,
      `INSERT INTO ${table} SELECT * FROM ${table}_backup`,
    ]),
  )
}

test('a database that was restored to an earlier state with its checkpoints is caught by its anchor', async () => {
  await createLog()
  await backUp()
  await log.insert(domainId, [createRequestLeaf(), createRequestLeaf()])
  await log.sequence(domainId)
  const anchor = await log.checkpoint(domainId)
  await restore()
  assert.equal((await log.verify(domainId)).fault, null, 'without an anchor nobody can know')
  await expectFault('removed', size, [anchor])
})

test('a log that went on otherwise after it was restored is caught by its anchor, with the stretch that is new', async () => {
  const earlier = await createLog()
  await backUp()
  await log.insert(domainId, [createRequestLeaf(), createRequestLeaf()])
  await log.sequence(domainId)
  const anchor = await log.checkpoint(domainId)
  await restore()
  await log.insert(domainId, [createRequestLeaf(), createRequestLeaf(), createRequestLeaf()])
  await log.sequence(domainId)
  const { fault } = await log.verify(domainId, [earlier, anchor])
  assert.deepEqual([fault?.kind, fault?.sequence, fault?.until], ['replaced', 8, size + 1], fault?.message)
})

test('an anchor of another domain’s log, or one that was edited, is refused as such', async () => {
  await createLog()
  const own = await log.checkpoint(domainId)
  const foreign = await log.checkpoint(domainId - 1)
  for (const anchor of [foreign, own.replace('\n12\n', '\n11\n'), 'nonsense'])
    assert.equal((await log.verify(domainId, [anchor])).fault?.kind, 'checkpoint')
})

test('the facts of a leaf are those of its row', async () => {
  await createLog()
  const id = await idAt(0)
  const row = await withDomain(log.db, domainId, (trx) =>
    trx
      .selectFrom('auditLeaf')
      .selectAll()
      .where('domainId', '=', domainId)
      .where('id', '=', id)
      .executeTakeFirstOrThrow(),
  )
  assert.deepEqual(readLeafFacts(row), (await log.leaves(domainId))[0]?.facts)
})

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { hashFacts } from '@commonchart/audit'
import { withDomain } from '@commonchart/database'
import {
  hashEmptyTree,
  openNote,
  parseCheckpoint,
  parseVerifierKey,
  proveConsistency,
  proveInclusion,
  readCompactRange,
  rootOf,
  verifyConsistency,
  verifyInclusion,
} from '@commonchart/transparency-log'
import { sql, type Transaction } from 'kysely'
import { pino } from 'pino'
import type { Tables } from '../tables.ts'
import { buckets } from './duration-histogram.ts'
import { insertLeaves } from './leaves.ts'
import { createLogSigner } from './log-key.ts'
import { startSequencer } from './sequencer.ts'
import { createSubtreeReader } from './subtrees.ts'
import { createChangeLeaf, createReadLeaf, createRequestLeaf, openTestLog, type TestLog } from './test-log.ts'

let log: TestLog
before(async () => {
  log = await openTestLog()
})
after(() => log.close())

const many = (count: number) => Array.from({ length: count }, () => createRequestLeaf())

test('leaves get numbers without gaps, and keep what they said', async () => {
  const leaves = [createRequestLeaf(), createReadLeaf('5', { counts: { Patient: 1, Appointment: 3 } })]
  await log.insert(1, leaves)
  await log.insert(1, [createChangeLeaf('Patient', '5', { actor: null, occurredAt: new Date(0) })])
  await log.sequence(1)
  const sequenced = await log.leaves(1)
  assert.deepEqual(
    sequenced.map(({ sequence }) => sequence),
    [0, 1, 2],
  )
  const read = sequenced.find(({ facts }) => facts?.kind === 'READ')
  assert.deepEqual(read?.facts?.counts, { Patient: 1, Appointment: 3 })
  assert.equal((await log.verify(1)).fault, null)
})

test('what the release before left waiting is found and gets its numbers, before or beside what waits now', async () => {
  const domainId = 6
  const [older, newer] = [createRequestLeaf(), createRequestLeaf()]
  await log.insert(domainId, [older])
  await log.tamper(`WITH moved AS (DELETE FROM audit_waiting WHERE domain_id = 6 RETURNING *)
    INSERT INTO audit_pending SELECT * FROM moved`)
  const due = async () => {
    const { rows } = await sql<{ id: number }>`SELECT audit_domains_due(to_timestamp(0)) AS id`.execute(
      log.db,
    )
    return rows.some(({ id }) => id === domainId)
  }
  assert.ok(await due())
  await log.insert(domainId, [newer])
  assert.deepEqual((await log.sequence(domainId))?.count, 2)
  assert.deepEqual(
    (await log.leaves(domainId)).map(({ facts }) => facts?.id),
    [older.id, newer.id],
  )
  assert.ok(!(await due()))
  assert.equal((await log.verify(domainId)).fault, null)
})

test('leaves that are committed together wait in few rows, and each gets its number', async () => {
  const waiting = () =>
    withDomain(log.db, 5, (trx) =>
      trx.selectFrom('auditWaiting').select('leafIds').where('domainId', '=', 5).execute(),
    )
  await log.insert(5, many(2100))
  const rows = await waiting()
  assert.deepEqual(
    rows.map(({ leafIds }) => leafIds.length).sort((one, other) => one - other),
    [100, ...Array<number>(8).fill(250)],
  )
  const first = await log.sequence(5)
  assert.deepEqual([first?.count, first?.isMore], [2000, true])
  const second = await log.sequence(5)
  assert.deepEqual([second?.count, second?.isMore], [100, false])
  assert.deepEqual(await waiting(), [])
  assert.equal((await log.verify(5)).size, 2100)
})

test('leaves that wait together get their numbers in the order in which they happened', async () => {
  const at = new Date('2026-03-08T09:30:00Z')
  const leaves = [
    createChangeLeaf('Patient', '1', { occurredAt: new Date(at.getTime() + 1), recordVersion: 1 }),
    createChangeLeaf('Patient', '2', { occurredAt: at, recordVersion: 9 }),
    createChangeLeaf('Patient', '2', { occurredAt: at, recordVersion: 8 }),
  ]
  await log.insert(9, leaves)
  await log.sequence(9)
  assert.deepEqual(
    (await log.leaves(9)).map(({ facts }) => facts?.recordVersion),
    [8, 9, 1],
  )
})

test('a leaf that comes twice is one, also in one batch, and stays what it was first', async () => {
  const leaf = createRequestLeaf()
  await log.insert(2, [leaf, { ...leaf, outcome: 'FAILED' }])
  await log.insert(2, [{ ...leaf, outcome: 'FAILED' }])
  await log.sequence(2)
  await log.insert(2, [{ ...leaf, outcome: 'FAILED' }])
  assert.equal((await log.sequence(2))?.count, 0)
  assert.deepEqual(
    (await log.leaves(2)).map(({ facts }) => facts?.outcome),
    ['SUCCESS'],
  )
})

test('text that Postgres cannot store never keeps a leaf off the record', async () => {
  await log.insert(3, [createRequestLeaf({ requestId: 'a\0b\ud800' })])
  await log.sequence(3)
  assert.equal((await log.leaves(3))[0]?.facts?.requestId, 'a\ufffdb\ufffd')
})

test('two sequencers at once give each leaf one number, while leaves keep coming', async () => {
  const logger = pino({ level: 'silent' })
  const options = { db: log.db, key: log.key, witnessed: false, logger, pollMs: 5, checkpointIntervalMs: 20 }
  const sequencers = [startSequencer(options), startSequencer(options)]
  const domains = [10, 11, 12]
  await Promise.all(
    domains.flatMap((domainId) =>
      Array.from({ length: 4 }, async () => {
        for (let round = 0; round < 5; round += 1) await log.insert(domainId, many(30))
      }),
    ),
  )
  for (const domainId of domains)
    while ((await log.leaves(domainId)).length < 600) await new Promise(setImmediate)
  await Promise.all(sequencers.map((sequencer) => sequencer.stop()))
  for (const domainId of domains) {
    const leaves = await log.leaves(domainId)
    assert.deepEqual(
      leaves.map(({ sequence }) => sequence),
      Array.from({ length: 600 }, (_, at) => at),
    )
    assert.equal(new Set(leaves.map(({ facts }) => facts?.id)).size, 600)
    assert.equal((await log.verify(domainId)).fault, null)
  }
})

test('a domain whose leaves cannot be numbered keeps no other from its turn', async () => {
  await log.insert(20, many(1))
  await log.sequence(20)
  await log.tamper(`INSERT INTO audit_sequence VALUES (20, 1, gen_random_uuid(), '', '')`)
  await log.insert(20, many(1))
  await log.insert(21, many(1))
  const options = { db: log.db, key: log.key, witnessed: false, logger: pino({ level: 'silent' }), pollMs: 5 }
  const sequencer = startSequencer(options)
  while ((await log.leaves(21)).length < 1) await new Promise(setImmediate)
  await sequencer.stop()
  await log.tamper('DELETE FROM audit_waiting WHERE domain_id = 20')
})

test('a checkpoint is signed at most so often, covers all leaves, and names its domain’s own log', async () => {
  const never = { checkpointIntervalMs: 3_600_000 }
  await log.insert(30, many(3))
  assert.equal((await log.sequence(30, never))?.signed, true)
  await log.insert(30, many(4))
  assert.equal((await log.sequence(30, never))?.signed, false)
  assert.equal((await log.sequence(30))?.signed, true)
  assert.equal((await log.sequence(30))?.signed, false)
  const verifier = parseVerifierKey(createLogSigner(log.key, 30).verifierKey)
  assert.ok(verifier)
  const checkpoint = parseCheckpoint(openNote(await log.checkpoint(30), [verifier]) ?? '')
  assert.equal(checkpoint?.size, 7)
  assert.equal(checkpoint?.origin, 'audit.test/30')
})

test('a tree of several tiles proves each leaf and each earlier size, at the root of its leaves', async () => {
  const size = 700
  await log.insert(40, many(size))
  while ((await log.sequence(40))?.count);
  const leaves = await log.leaves(40)
  await withDomain(log.db, 40, async (trx) => {
    const read = createSubtreeReader(trx, 40)
    const root = rootOf(await readCompactRange(read, size))
    for (const index of [0, 1, 255, 256, 257, 511, 512, 640, 699]) {
      const leafHash = hashFacts(leaves[index]?.facts ?? assert.fail())
      const proof = await proveInclusion(read, index, size)
      assert.ok(verifyInclusion({ index, size, leafHash, root, proof }), `leaf ${index}`)
    }
    for (const first of [0, 1, 255, 256, 300, 512, 699, 700]) {
      const firstRoot = first === 0 ? hashEmptyTree() : rootOf(await readCompactRange(read, first))
      const proof = await proveConsistency(read, first, size)
      assert.ok(
        verifyConsistency({ first, second: size, firstRoot, secondRoot: root, proof }),
        `from ${first}`,
      )
    }
  })
  assert.equal((await log.verify(40)).fault, null)
})

test('usage counts what consumers asked for, by hour, with errors, refusals and durations', async () => {
  const at = (time: string) => new Date(`2026-03-08T${time}Z`)
  const failed = { outcome: 'FAILED', durationMs: 30_000 }
  await log.insert(50, [
    createRequestLeaf({ occurredAt: at('09:10:00'), durationMs: 3 }),
    createRequestLeaf({ occurredAt: at('09:20:00'), keyId: '2', ...failed }),
    createRequestLeaf({ occurredAt: at('10:00:00'), count: 5, outcome: 'REFUSED', durationMs: 1 }),
    createRequestLeaf({ actor: { kind: 'person', id: 'sam', name: 'Sam', role: 'support' } }),
    createReadLeaf('1'),
  ])
  await log.sequence(50)
  await log.insert(50, [createRequestLeaf({ occurredAt: at('09:15:00'), durationMs: 5 })])
  await log.sequence(50)
  const [hours, keys] = await withDomain(log.db, 50, async (trx) => [
    await trx
      .selectFrom('consumerUsage')
      .select(['domainId', 'consumerId', 'hour', 'requests', 'errors', 'refused', 'lastAt', 'histogram'])
      .where('domainId', '=', 50)
      .orderBy('hour')
      .execute(),
    await trx
      .selectFrom('consumerKeyUsage')
      .selectAll()
      .where('domainId', '=', 50)
      .orderBy('keyId')
      .execute(),
  ])
  const histogram = [...Array<number>(buckets.length - 1).fill(0), 1].with(3, 1).with(5, 1)
  const of = { domainId: 50, consumerId: '1' }
  const nine = { requests: 3, errors: 1, refused: 0, lastAt: at('09:20:00'), histogram }
  const ten = { requests: 5, errors: 5, refused: 5, lastAt: at('10:00:00'), histogram: [] }
  assert.deepEqual(hours, [
    { ...of, hour: at('09:00:00'), ...nine },
    { ...of, hour: at('10:00:00'), ...ten },
  ])
  assert.deepEqual(
    keys.map(({ keyId, lastUsedAt }) => [keyId, lastUsedAt]),
    [
      ['1', at('10:00:00')],
      ['2', at('09:20:00')],
    ],
  )
})

test('the program can add to the audit log and not change it', async () => {
  await log.insert(60, many(1))
  await log.sequence(60)
  for (const table of ['auditLeaf', 'auditSequence', 'auditNode', 'auditCheckpoint', 'auditChange'] as const)
    for (const change of [
      (trx: Transaction<Tables>) => trx.deleteFrom(table).where('domainId', '=', 60).execute(),
      (trx: Transaction<Tables>) => trx.updateTable(table).set({ domainId: 60 }).execute(),
    ])
      await assert.rejects(withDomain<Tables, unknown>(log.db, 60, change), /permission denied/)
})

test('what is rolled back leaves no leaf, and no gap', async () => {
  await assert.rejects(
    withDomain(log.db, 70, async (trx) => {
      await insertLeaves(trx, 70, many(3))
      throw new Error('changed my mind')
    }),
  )
  await log.insert(70, many(1))
  await log.sequence(70)
  assert.deepEqual(
    (await log.leaves(70)).map(({ sequence }) => sequence),
    [0],
  )
})

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openDatabase } from '@commonchart/database'
import { createOperatorIdentity, createSupportIdentity } from '@commonchart/testing'
import type { Kysely } from 'kysely'
import { insertLeaves } from '../audit/leaves.ts'
import { createChangeLeaf } from './record-leaves.ts'
import { reconcile } from './reconciliation.ts'
import type { Tables } from '../tables.ts'
import { openTestSubgraph, type TestSubgraph } from '../test-subgraph.ts'
import { createChange, createRequest } from './test-requests.ts'

let subgraph: TestSubgraph
let admin: Kysely<Tables>
before(async () => {
  subgraph = await openTestSubgraph()
  await subgraph.createDomain('north')
  admin = openDatabase<Tables>(subgraph.adminUrl, { max: 1 })
})
after(async () => {
  await admin.destroy()
  await subgraph.close()
})

const from = new Date(Date.now() - 3_600_000).toISOString()
async function ask(identity = createSupportIdentity(), domain = ''): Promise<unknown> {
  const { data, errors } = await subgraph.ask(
    identity,
    `{ accessReconciliation(from: "${from}"${domain}) { accessRecords requestLeaves withoutLeaf withoutRecord
      unanswered { id requestId action recordType recordId } } }`,
  )
  assert.equal(errors, undefined, JSON.stringify(errors))
  const { unanswered, ...rest } = data.accessReconciliation as { unanswered: { recordType: string }[] }
  // The domain itself was made past every gateway, so its request is on no access log, and is rightly named each time.
  return { ...rest, unanswered: unanswered.filter(({ recordType }) => recordType !== 'Domain') }
}

test('logs that agree have nothing to list, also where an operator changed something in a domain', async () => {
  const operator = { kind: 'operator', id: 'operator', name: 'Operator', role: 'operator' } as const
  await subgraph.record(
    createRequest({ changes: [createChange()], reads: [{ patientId: '9', types: { Patient: 1 } }] }),
    createRequest({ domainId: 0, graph: 'operator', actor: operator, changes: [createChange()] }),
  )
  const agreed = { accessRecords: 1, requestLeaves: 1, withoutLeaf: [], withoutRecord: [], unanswered: [] }
  assert.deepEqual(await ask(), agreed)
  assert.deepEqual(await ask(createOperatorIdentity(), ', domain: "north"'), agreed)
  assert.deepEqual(await ask(createOperatorIdentity()), agreed)
})

test('a row without leaf, a leaf without row and a change without request are named', async () => {
  const [leafless, rowless, lost] = [createRequest(), createRequest(), createRequest()]
  await subgraph.record(leafless, rowless)
  await admin.deleteFrom('auditLeaf').where('id', '=', leafless.record.id).execute()
  await admin.deleteFrom('accessLog').where('id', '=', rowless.record.id).execute()
  const change = createChange()
  await admin.transaction().execute((trx) => insertLeaves(trx, 1, [createChangeLeaf(lost.record, change)]))
  assert.deepEqual(await ask(), {
    accessRecords: 2,
    requestLeaves: 2,
    withoutLeaf: [leafless.record.id],
    withoutRecord: [rowless.record.id],
    unanswered: [
      {
        id: change.id,
        requestId: lost.record.id,
        action: 'patient.updated',
        recordType: 'Patient',
        recordId: '7',
      },
    ],
  })
})

test('a comparison that takes too long says how far it came, and goes on from there', async () => {
  const [start, end] = [Date.now() - 40 * 60_000, Date.now() + 60_000]
  const settings = { retentionDays: 90, now: Date.now(), budgetMs: 0 }
  let [at, records, parts] = [start, 0, 0]
  while (at < end) {
    const part = await reconcile(admin, 1, { from: new Date(at), to: new Date(end) }, settings)
    assert.ok(part.until.getTime() > at)
    at = part.until.getTime()
    records += part.accessRecords
    parts += 1
  }
  assert.ok(parts > 1, `${parts} parts`)
  const whole = await reconcile(
    admin,
    1,
    { from: new Date(start), to: new Date(end) },
    { ...settings, budgetMs: 60_000 },
  )
  assert.equal(whole.until.getTime(), end)
  assert.equal(records, whole.accessRecords)
  assert.ok(records > 0)
})

test('a period that ends before it begins, or lasts longer than 92 days, is refused', async () => {
  for (const to of ['2020-01-01T00:00:00Z', '2200-01-01T00:00:00Z'])
    assert.equal(
      await subgraph.codeOf(
        createSupportIdentity(),
        `{ accessReconciliation(from: "${from}", to: "${to}") { accessRecords } }`,
      ),
      'BAD_USER_INPUT',
    )
})

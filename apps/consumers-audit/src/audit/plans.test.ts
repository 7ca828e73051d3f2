import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createIdentity } from '@commonchart/testing'
import { proveConsistency, proveInclusion } from '@commonchart/transparency-log'
import { sql } from 'kysely'
import type { Context } from '../context.ts'
import { openTestPlans, type ExplainOptions, type Plan, type TestPlans } from '../test-plans.ts'
import { listAuditEvents, listDisclosures, type AuditFilters } from './audit-list.ts'
import { listChanges } from './changes.ts'
import { findNewestCheckpoint } from './checkpoints.ts'
import { listPlacedEvents, listUnsequenced } from './leaf-pages.ts'
import { createSubtreeReader } from './subtrees.ts'

let plans: TestPlans

before(async () => {
  plans = await openTestPlans()
  await fill()
})
after(() => plans.close())

/** 20 000 leaves in each of two domains: as many requests as reads, both of which name patients, and half as many changes. */
async function fill(): Promise<void> {
  await plans.asSuperuser(async (client) => {
    await client.query(`
    INSERT INTO audit_leaf (domain_id, id, kind, occurred_at, request_id, actor_kind, actor_id, actor_name, action,
        record_type, record_id, patient_id, fields, outcome, count)
      SELECT d, ('01890000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
        CASE WHEN n % 5 < 2 THEN 'REQUEST' WHEN n % 5 < 4 THEN 'READ' ELSE 'CHANGE' END,
        timestamptz '2026-01-01T00:00:00Z' + n * interval '1 minute', 'r' || n,
        CASE WHEN n % 20 = 0 THEN 'person' ELSE 'consumer' END, (n % 40)::text, 'A',
        CASE WHEN n % 5 < 2 THEN 'request.answered' WHEN n % 5 < 4 THEN 'patient.read' ELSE 'patient.updated' END,
        CASE WHEN n % 5 = 4 THEN CASE WHEN n % 3 = 0 THEN 'Appointment' ELSE 'Patient' END END,
        CASE WHEN n % 5 = 4 THEN (n % 900)::text END, CASE WHEN n % 5 >= 1 THEN (n % 60)::text END,
        '{}', CASE WHEN n % 50 = 0 THEN 'FAILED' ELSE 'SUCCESS' END, 1
      FROM generate_series(0, 19999) n, generate_series(1, 2) d;
    UPDATE audit_leaf SET patient_id = NULL,
        seen = jsonb_build_array(jsonb_build_object('counts', '{"Patient": 1}'::jsonb, 'patientIds', jsonb_build_array(patient_id, 'x')))
      WHERE kind <> 'CHANGE' AND patient_id IS NOT NULL AND substr(id::text, 36) IN ('2', '7', '6');
    INSERT INTO audit_seen
      SELECT domain_id, jsonb_array_elements_text(seen -> 0 -> 'patientIds'), occurred_at, id FROM audit_leaf;
    INSERT INTO audit_sequence
      SELECT domain_id, row_number() OVER (PARTITION BY domain_id ORDER BY id) - 1, id, '\\x${'00'.repeat(32)}', '\\x00'
      FROM audit_leaf;
    INSERT INTO audit_change
      SELECT s.domain_id, s.sequence, s.leaf_id, l.record_type
      FROM audit_sequence s JOIN audit_leaf l ON l.domain_id = s.domain_id AND l.id = s.leaf_id WHERE l.kind = 'CHANGE';
    INSERT INTO audit_node
      SELECT d, 8, n, '\\x${'00'.repeat(32)}' FROM generate_series(0, 20000) n, generate_series(1, 2) d;
    INSERT INTO audit_tree
      SELECT d, 20000, '', CASE WHEN d > 2 THEN 20000 ELSE 0 END, now() FROM generate_series(1, 20000) d;
    INSERT INTO audit_checkpoint SELECT d, n, 't', 'k', now() FROM generate_series(1, 20000) n, generate_series(1, 2) d;
    INSERT INTO audit_waiting SELECT d, id, ARRAY[id]
      FROM generate_series(3, 12) d, (SELECT gen_random_uuid() AS id FROM generate_series(1, 2000)) AS given;
    ANALYZE`)
  })
}

/** What is wrong with the plans of a read. */
async function faultsOf(
  read: (context: Context) => Promise<unknown>,
  options?: ExplainOptions,
): Promise<string[]> {
  const explained = await plans.explain(read, options)
  return explained.flatMap(({ sql: text, plan }) =>
    describeFaults(plan).map((fault) => `${fault} of ${text}`),
  )
}

function describeFaults(plan: Plan): string[] {
  const node = `${plan['Node Type']} ${plan['Relation Name'] ?? ''} ${plan['Index Name'] ?? ''}`.trim()
  return [
    ...(plan['Node Type'].includes('Seq Scan') || plan['Sort Key'] ? [node] : []),
    ...(plan.Filter && !isCheck(plan.Filter) ? [`${node}: Filter ${plan.Filter}`] : []),
    ...(plan.Plans ?? []).flatMap(describeFaults),
  ]
}

/** What was found under a patient names that patient: this keeps out only what somebody put there. */
function isCheck(filter: string): boolean {
  return /^\("?audit_?[lL]eaf"?\.seen @> '[^']*'::jsonb\)$/.test(filter)
}

const fields = new Set(['nodes', 'hasNextPage', 'hasPreviousPage'])
/** Of what nearly every leaf has, the planner may read the whole list instead. */
const filters: AuditFilters[] = [
  {},
  { kind: 'CHANGE' },
  { actorKind: 'person' },
  { consumer: '7' },
  { actorKind: 'person', actorId: '20' },
  { action: 'patient.updated' },
  { recordType: 'Patient' },
  { recordType: 'Patient', recordId: '4' },
  { patientId: '3' },
  { outcome: 'FAILED' },
  { from: new Date('2026-01-10T00:00:00Z'), to: new Date('2026-01-11T00:00:00Z') },
]
for (const filter of filters)
  test(`the audit log is searched by ${JSON.stringify(filter)} in the index of its order, from both ends`, async () => {
    for (const size of [{ first: 50 }, { last: 50 }])
      assert.deepEqual(
        await faultsOf((context) => listAuditEvents(context, 1, { ...filter, ...size }, fields)),
        [],
      )
    let after: string | null = null
    const read = async (context: Context) => {
      const page = await listAuditEvents(context, 1, { ...filter, first: 5, after }, fields)
      after = page.pageInfo.endCursor
    }
    await faultsOf(read)
    assert.deepEqual(await faultsOf(read), [])
  })

const lists: Record<string, (context: Context) => Promise<unknown>> = {
  'disclosures of a patient': (context) =>
    listDisclosures(context, 1, { patientId: '3', from: new Date('2026-01-02T00:00:00Z') }, fields),
  changes: (context) => listChanges(context, { after: Buffer.from('change 9000').toString('base64url') }),
  'changes of some types': (context) => listChanges(context, { types: ['Patient', 'Appointment', 'None'] }),
  'leaves in their order': (context) => listPlacedEvents(context, 1, { after: '9000' }),
  'leaves without a place': (context) =>
    listUnsequenced(context, 1, { after: '01890000-0000-7000-8000-000000001000', first: 100 }),
  'the newest checkpoint': (context) => context.read((trx) => findNewestCheckpoint(trx, 1)),
  'an inclusion proof': (context) =>
    context.read((trx) => proveInclusion(createSubtreeReader(trx, 1), 777, 20_000)),
  'a consistency proof': (context) =>
    context.read((trx) => proveConsistency(createSubtreeReader(trx, 1), 12_345, 20_000)),
}
for (const [name, read] of Object.entries(lists))
  test(`${name} are read by an index`, async () => {
    assert.deepEqual(await faultsOf(read), [])
  })

test('changes of the areas of a program are read by an index', async () => {
  assert.deepEqual(await faultsOf((context) => listChanges(context, {}), { identity: createIdentity() }), [])
})

test('a proof reads few rows, however many leaves there are', async () => {
  const explained = await plans.explain((context) =>
    context.read((trx) => proveInclusion(createSubtreeReader(trx, 1), 777, 20_000)),
  )
  assert.ok(explained.length <= 4)
})

test('the domains with work are found without reading what waits in each', async () => {
  const { rows } = await sql<{ domainId: number }>`
    SELECT domain_id FROM audit_domains_due(now()) AS due(domain_id) ORDER BY 1`.execute(plans.db)
  assert.deepEqual(
    rows.map(({ domainId }) => domainId),
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
  )
  const { rows: none } = await sql<{ domainId: number }>`
    SELECT domain_id FROM audit_domains_due(${new Date(0)}) AS due(domain_id) ORDER BY 1`.execute(plans.db)
  assert.equal(none.length, 10)
})

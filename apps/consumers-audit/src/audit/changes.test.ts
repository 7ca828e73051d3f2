import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { AuditChange } from '@commonchart/audit'
import { createTimeOrderedId } from '@commonchart/audit'
import { withDomain } from '@commonchart/database'
import { receiveEvent } from '@commonchart/subgraph'
import type { Identity } from '@commonchart/identity'
import { createIdentity, createSupportIdentity } from '@commonchart/testing'
import { openTestSubgraph, type TestSubgraph } from '../test-subgraph.ts'
import { insertLeaves, type NewLeaf } from './leaves.ts'
import { createLogSigner } from './log-key.ts'
import { receiveRecordedChanges, recordOwnChanges } from './recorded-changes.ts'
import { sequenceLeaves } from './sequence-leaves.ts'
import { createChangeLeaf, createReadLeaf, createTestLogKey } from './test-log.ts'

let subgraph: TestSubgraph
const key = createTestLogKey()
before(async () => {
  subgraph = await openTestSubgraph()
})
after(() => subgraph.close())

async function insert(domainId: number, leaves: NewLeaf[]): Promise<void> {
  await withDomain(subgraph.db, domainId, (trx) => insertLeaves(trx, domainId, leaves))
  await sequence(domainId)
}

async function sequence(domainId: number): Promise<void> {
  const signer = createLogSigner(key, domainId)
  await sequenceLeaves(subgraph.db, domainId, { signer, witnessed: false, checkpointIntervalMs: 0 })
}

interface Page {
  nodes: { id: string; type: string }[]
  pageInfo: { endCursor: string; hasNextPage: boolean; hasPreviousPage: boolean }
}

async function read(
  domainId: number,
  variables: object,
  by: Identity = createIdentity({ domainId }),
): Promise<Page> {
  const { data, errors } = await subgraph.ask(
    by,
    `query ($after: String, $first: Int, $types: [String!]) { changes(after: $after, first: $first, types: $types) {
      nodes { id type version action occurredAt patientId eventId } pageInfo { endCursor hasNextPage hasPreviousPage } } }`,
    { ...variables },
  )
  assert.equal(errors, undefined, JSON.stringify(errors))
  return JSON.parse(JSON.stringify(data.changes)) as Page
}

const idsOf = ({ nodes }: Page): string[] => nodes.map(({ id }) => id)

test('a program that reads on from page to page misses nothing and sees nothing twice', async () => {
  const leaves = Array.from({ length: 25 }, (_, at) => createChangeLeaf('Patient', String(at)))
  await insert(1, [...leaves.slice(0, 20), createReadLeaf('1')])
  const seen: string[] = []
  let after: string | null = null
  for (;;) {
    const page: Page = await read(1, { first: 7, after })
    seen.push(...idsOf(page))
    after = page.pageInfo.endCursor
    if (!page.pageInfo.hasNextPage) break
  }
  await insert(1, leaves.slice(20))
  seen.push(...idsOf(await read(1, { after })))
  assert.deepEqual(
    seen,
    leaves.map(({ recordId }) => recordId),
  )
})

test('a page without changes has a cursor all the same, from which the next are found', async () => {
  const empty = await read(2, {})
  assert.deepEqual(empty.nodes, [])
  await insert(2, [createReadLeaf('1'), createReadLeaf('1')])
  const still = await read(2, { after: empty.pageInfo.endCursor, types: ['Patient'] })
  assert.deepEqual([still.nodes, still.pageInfo.hasNextPage], [[], false])
  await insert(2, [createChangeLeaf('Patient', '7', { patientId: '7' })])
  const { nodes, pageInfo } = await read(2, { after: still.pageInfo.endCursor })
  assert.deepEqual(
    nodes.map(({ id, type }) => [id, type]),
    [['7', 'Patient']],
  )
  assert.equal(pageInfo.hasPreviousPage, true)
})

test('types are read together in the order of the log', async () => {
  const types = ['Patient', 'ProviderUser', 'Appointment', 'Patient', 'Location', 'Appointment']
  await insert(
    3,
    types.map((type, at) => createChangeLeaf(type, String(at))),
  )
  const wanted = ['Appointment', 'Patient', 'Appointment', 'Nothing']
  const first = await read(3, { types: wanted, first: 3 })
  assert.deepEqual(idsOf(first), ['0', '2', '3'])
  const rest = await read(3, { types: wanted, first: 3, after: first.pageInfo.endCursor })
  assert.deepEqual([idsOf(rest), rest.pageInfo.hasNextPage], [['5'], false])
  assert.deepEqual(idsOf(await read(3, { after: rest.pageInfo.endCursor })), [])
})

test('a cursor of another list, and one ahead of a log that was restored, is refused', async () => {
  await insert(4, [createChangeLeaf('Patient', '1')])
  const { endCursor } = (await read(1, {})).pageInfo
  for (const after of ['nonsense', endCursor, ''])
    assert.equal(
      await subgraph.codeOf(
        createIdentity({ domainId: 4 }),
        `{ changes(after: "${after}") { nodes { id } } }`,
      ),
      after === '' ? 'accepted' : 'INVALID_CURSOR',
    )
})

test('a program sees no changes of consumers, keys and domains, and what it sees skips none between them', async () => {
  const types = ['EnterpriseApiConsumer', 'Patient', 'ConsumerKey', 'Domain', 'Location', 'ConsumerKey']
  await insert(
    7,
    types.map((type, at) => createChangeLeaf(type, String(at))),
  )
  assert.deepEqual(idsOf(await read(7, {})), ['1', '4'])
  assert.deepEqual(idsOf(await read(7, { types: ['ConsumerKey', 'Location'] })), ['4'])
  const first = await read(7, { first: 1 })
  const rest = await read(7, { after: first.pageInfo.endCursor })
  assert.deepEqual([idsOf(first), idsOf(rest), rest.pageInfo.hasNextPage], [['1'], ['4'], false])
  assert.equal(idsOf(await read(7, {}, createSupportIdentity({ domainId: 7 }))).length, types.length)
})

test('a restricted program sees the changes of the areas that it may read, and may not ask for others', async () => {
  const types = ['Patient', 'Appointment', 'StatusTag', 'EnterpriseApiConsumer']
  await insert(
    8,
    types.map((type, at) => createChangeLeaf(type, String(at))),
  )
  const held = (...scopes: string[]) =>
    createIdentity({ domainId: 8, scopes: ['consumers-audit:read', ...scopes] })
  assert.deepEqual(idsOf(await read(8, {}, held('patients:read'))), ['0', '2'])
  assert.deepEqual(idsOf(await read(8, {}, held('patients:write', 'appointments:read'))), ['1'])
  assert.deepEqual(idsOf(await read(8, {}, held())), [])
  const ask = (type: string, by: Identity) =>
    subgraph.codeOf(by, `{ changes(types: ["${type}"]) { nodes { id } } }`)
  assert.equal(await ask('Appointment', held('patients:read')), 'SCOPE_MISSING')
  assert.equal(await ask('Patient', held('patients:read')), 'accepted')
})

const change = (domainId: number, more: Partial<AuditChange> = {}): AuditChange => ({
  ...{
    id: createTimeOrderedId(),
    domainId,
    occurredAt: '2026-03-08T09:30:00.123Z',
    action: 'patient.updated',
  },
  ...{
    recordType: 'Patient',
    recordId: '5',
    recordVersion: 3,
    patientId: '5',
    fields: ['note'],
    detailHash: 'h',
  },
  ...more,
})

test('changes that subgraphs tell of become leaves, once each by whatever way they come', async () => {
  const told = [change(5), change(5, { recordId: '6', occurredAt: '2026-03-08T09:30:01.000Z' })]
  const principal = { kind: 'person', id: 'sam', name: 'Sam', role: 'support' }
  const event = (changes: AuditChange[]) =>
    receiveEvent(
      subgraph.db,
      { 'audit.recorded': receiveRecordedChanges },
      {
        ...{ id: createTimeOrderedId(), type: 'audit.recorded', domainId: 5 },
        payload: { principal, keyId: null, ip: '::1', requestId: 'r', changes },
      },
    )
  await event(told)
  await event(told)
  const [own] = [
    change(5, {
      recordType: 'EnterpriseApiConsumer',
      recordId: '9',
      action: 'consumer.updated',
      occurredAt: '2026-03-08T09:30:02.000Z',
    }),
  ]
  const by = createIdentity({ domainId: 5 })
  await withDomain(subgraph.db, 5, async (trx) => recordOwnChanges(by, [...told, own])?.execute(trx))
  await sequence(5)
  const { nodes } = await read(5, {}, createSupportIdentity({ domainId: 5 }))
  assert.deepEqual(nodes.slice(0, 1), [
    {
      ...{ id: '5', type: 'Patient', version: 3, action: 'patient.updated', patientId: '5' },
      ...{ occurredAt: '2026-03-08T09:30:00.123Z', eventId: told[0]?.id },
    },
  ])
  assert.deepEqual(
    nodes.map(({ id }) => id),
    ['5', '6', '9'],
  )
  await assert.rejects(event([change(6)]), /belong to its domain/)
})

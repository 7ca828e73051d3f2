import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { readLogPages, readUnsequencedPages, verifyLog, type SeenGroup } from '@commonchart/audit'
import { withDomain } from '@commonchart/database'
import type { Identity } from '@commonchart/identity'
import { createIdentity, createOperatorIdentity, createSupportIdentity } from '@commonchart/testing'
import {
  decodeBase64,
  hashLeaf,
  openNote,
  parseCheckpoint,
  parseVerifierKey,
  verifyConsistency,
  verifyInclusion,
} from '@commonchart/transparency-log'
import { openTestSubgraph, type TestSubgraph } from '../test-subgraph.ts'
import { insertLeaves, type NewLeaf } from './leaves.ts'
import { createLogSigner } from './log-key.ts'
import { sequenceLeaves } from './sequence-leaves.ts'
import {
  createChangeLeaf,
  createReadLeaf,
  createRequestLeaf,
  createSeenLeaf,
  createTestLogKey,
} from './test-log.ts'

let subgraph: TestSubgraph
let north: Identity
let south: Identity
let northId: number
const key = createTestLogKey()
const person = { kind: 'person', id: 'sam', name: 'Sam', role: 'support' }
const at = (second: number) => new Date(Date.UTC(2026, 2, 8, 9, 0, second))

const leaves: NewLeaf[] = [
  createRequestLeaf({ occurredAt: at(0), outcome: 'PARTIAL', detailHash: 'h', requestId: 'r0' }),
  createReadLeaf('5', { occurredAt: at(1), counts: { Patient: 1, Appointment: 2 } }),
  createReadLeaf('6', { occurredAt: at(2) }),
  createChangeLeaf('Patient', '5', { occurredAt: at(3), patientId: '5', actor: person, keyId: null }),
  createChangeLeaf('Appointment', '5', { occurredAt: at(4), patientId: '6' }),
  createRequestLeaf({
    occurredAt: at(5),
    action: 'request.refused',
    outcome: 'REFUSED',
    actor: null,
    count: 9,
  }),
  createChangeLeaf('Provider', '1', { occurredAt: at(6), actor: { ...person, kind: 'operator' } }),
]
const ids = leaves.map(({ id }) => id)

async function insert(domainId: number, added: NewLeaf[]): Promise<void> {
  await withDomain(subgraph.db, domainId, (trx) => insertLeaves(trx, domainId, added))
}

async function sequence(domainId: number): Promise<void> {
  const signer = createLogSigner(key, domainId)
  await sequenceLeaves(subgraph.db, domainId, { signer, witnessed: false, checkpointIntervalMs: 0 })
}

before(async () => {
  // The leaves are those of the test alone.
  subgraph = await openTestSubgraph({ recordChanges: () => null })
  northId = await subgraph.createDomain('north')
  north = createSupportIdentity({ domainId: northId, role: 'auditor' })
  south = createSupportIdentity({ domainId: await subgraph.createDomain('south') })
  await insert(northId, leaves)
  await sequence(northId)
})
after(() => subgraph.close())

/** The places in `leaves` of what a list gives. */
async function found(args: string, field = 'auditLog', by = north): Promise<number[]> {
  const { data, errors } = await subgraph.ask(by, `{ ${field}${args} { nodes { id } } }`)
  assert.equal(errors, undefined, JSON.stringify(errors))
  return data[field].nodes.map(({ id }: { id: string }) => ids.indexOf(id))
}

test('the audit log is read newest first, page by page from both ends', async () => {
  assert.deepEqual(await found(''), [6, 5, 4, 3, 2, 1, 0])
  const page = async (args: string) => {
    const { data } = await subgraph.ask(
      north,
      `{ auditLog(${args}) { edges { cursor node { id } } pageInfo { startCursor endCursor hasNextPage hasPreviousPage } } }`,
    )
    return data.auditLog
  }
  const first = await page('first: 3')
  assert.equal(first.pageInfo.hasNextPage, true)
  const next = await page(`first: 3, after: "${first.pageInfo.endCursor}"`)
  assert.deepEqual(
    next.edges.map(({ node }: { node: { id: string } }) => ids.indexOf(node.id)),
    [3, 2, 1],
  )
  const back = await page(`last: 2, before: "${next.pageInfo.startCursor}"`)
  assert.deepEqual(
    back.edges.map(({ node }: { node: { id: string } }) => ids.indexOf(node.id)),
    [5, 4],
  )
})

for (const [args, expected] of [
  ['kind: CHANGE', [6, 4, 3]],
  ['actorKind: "person"', [3]],
  ['actorKind: "consumer"', [4, 2, 1, 0]],
  ['actorKind: "operator", actorId: "sam"', [6]],
  ['consumer: "1"', [4, 2, 1, 0]],
  ['consumer: "2"', []],
  ['action: "request.refused"', [5]],
  ['recordType: "Patient"', [3]],
  ['recordType: "Appointment", recordId: "5"', [4]],
  ['patientId: "5"', [3, 1]],
  ['outcome: PARTIAL', [0]],
  ['from: "2026-03-08T09:00:05Z"', [6, 5]],
  ['to: "2026-03-08T09:00:02Z"', [1, 0]],
  ['kind: READ, consumer: "1", from: "2026-03-08T09:00:02Z"', [2]],
] as const)
  test(`the filter ${args} gives what it says`, async () => {
    assert.deepEqual(await found(`(${args})`), expected)
  })

test('an id without what it is an id of is refused, as is an actor given twice', async () => {
  for (const args of ['actorId: "1"', 'recordId: "1"', 'consumer: "1", actorKind: "person"'])
    assert.equal(await subgraph.codeOf(north, `{ auditLog(${args}) { nodes { id } } }`), 'BAD_USER_INPUT')
})

test('what showed something of patients is found by kind and by action, in the leaf of a request as in one for it alone', async () => {
  const domainId = await subgraph.createDomain('shown')
  const seen: SeenGroup[] = [{ counts: { Patient: 1 }, patientIds: ['1', '2'] }]
  const made = [
    createRequestLeaf({ occurredAt: at(0) }),
    createRequestLeaf({ occurredAt: at(1), patientId: '1', counts: { Patient: 1 } }),
    createReadLeaf('1', { occurredAt: at(2) }),
    createRequestLeaf({ occurredAt: at(3), seen }),
    createSeenLeaf(seen, { occurredAt: at(4) }),
    createChangeLeaf('Patient', '1', { occurredAt: at(5), patientId: '1' }),
  ]
  await insert(domainId, made)
  const auditor = createSupportIdentity({ domainId, role: 'auditor' })
  const places = async (args: string) =>
    (await subgraph.ask(auditor, `{ auditLog(${args}) { nodes { id } } }`)).data.auditLog.nodes.map(
      ({ id }: { id: string }) => made.findIndex((leaf) => leaf.id === id),
    )
  assert.deepEqual(await places('kind: READ'), [4, 3, 2, 1])
  assert.deepEqual(await places('action: "patient.read"'), [4, 3, 2, 1])
  assert.deepEqual(await places('kind: REQUEST'), [3, 1, 0])
  assert.deepEqual(await places('action: "request.answered"'), [3, 1, 0])
  assert.deepEqual(await places('kind: REQUEST, action: "patient.read"'), [3, 1])
  assert.deepEqual(await places('kind: READ, patientId: "2"'), [4, 3])
  const csv = await subgraph.send('/export/disclosures', auditor, JSON.stringify({ patientId: '1' }))
  const lines = (await csv.text()).trim().split('\r\n').slice(1)
  assert.deepEqual(
    lines.map((line) => line.split(',')[1]),
    ['seen', 'seen', 'seen', 'seen', 'changed'],
  )
})

test('an accounting of disclosures has all that was seen or changed of one patient, and of no other', async () => {
  assert.deepEqual(await found('(patientId: "6")', 'disclosures'), [4, 2])
  assert.deepEqual(await found('(patientId: "6", to: "2026-03-08T09:00:03Z")', 'disclosures'), [2])
})

test('what was seen of several patients is one event, found under each of them among the others in its order', async () => {
  const domainId = await subgraph.createDomain('several')
  const several = createSupportIdentity({ domainId, role: 'auditor' })
  const seen: SeenGroup[] = [
    { counts: { Patient: 1 }, patientIds: ['1', '2'] },
    { counts: { Patient: 1, Appointment: 2 }, patientIds: ['3'] },
  ]
  const made = [
    createReadLeaf('1', { occurredAt: at(0) }),
    createSeenLeaf(seen, { occurredAt: at(1) }),
    createChangeLeaf('Patient', '1', { occurredAt: at(2), patientId: '1' }),
    createSeenLeaf(seen.slice(0, 1), { occurredAt: at(3), outcome: 'PARTIAL' }),
    createReadLeaf('1', { occurredAt: at(4) }),
    createSeenLeaf(seen.slice(1), { occurredAt: at(5) }),
  ]
  await insert(domainId, made)
  const places = async (args: string, field = 'auditLog') =>
    (await subgraph.ask(several, `{ ${field}${args} { nodes { id } } }`)).data[field].nodes.map(
      ({ id }: { id: string }) => made.findIndex((leaf) => leaf.id === id),
    )
  assert.deepEqual(await places('(patientId: "1")'), [4, 3, 2, 1, 0])
  assert.deepEqual(await places('(patientId: "3")', 'disclosures'), [5, 1])
  assert.deepEqual(await places('(patientId: "2", outcome: PARTIAL)'), [3])
  assert.deepEqual(await places('(patientId: "1", kind: READ, last: 2)'), [1, 0])
  assert.deepEqual(
    await places('(patientId: "1", from: "2026-03-08T09:00:01Z", to: "2026-03-08T09:00:04Z")'),
    [3, 2, 1],
  )
  assert.deepEqual(await places('(patientId: "4")'), [])
  assert.deepEqual(await found('(patientId: "3")', 'disclosures'), [], 'another domain’s')
  const walked: number[] = []
  for (let after: string | null = null; ;) {
    const { data } = await subgraph.ask(
      several,
      `query ($after: String) { disclosures(patientId: "1", first: 2, after: $after) {
        nodes { id } pageInfo { endCursor hasNextPage hasPreviousPage } } }`,
      { after },
    )
    walked.push(
      ...data.disclosures.nodes.map(({ id }: { id: string }) => made.findIndex((leaf) => leaf.id === id)),
    )
    assert.equal(data.disclosures.pageInfo.hasPreviousPage, after !== null)
    if (!data.disclosures.pageInfo.hasNextPage) break
    after = data.disclosures.pageInfo.endCursor
  }
  assert.deepEqual(walked, [4, 3, 2, 1, 0])
  const { data } = await subgraph.ask(
    several,
    `{ auditEvent(id: "${made[1]?.id}") { kind patientId counts { type count } seen { counts { type count } patientIds } } }`,
  )
  assert.deepEqual(JSON.parse(JSON.stringify(data.auditEvent)), {
    ...{ kind: 'READ', patientId: null, counts: null },
    seen: seen.map(({ counts, patientIds }) => ({
      counts: Object.entries(counts)
        .sort(([one], [other]) => one.length - other.length)
        .map(([type, count]) => ({ type, count })),
      patientIds,
    })),
  })
})

test('nothing is told of a patient because somebody listed an event under them that does not name them', async () => {
  const domainId = await subgraph.createDomain('forged')
  const leaf = createSeenLeaf([{ counts: { Patient: 1 }, patientIds: ['1', '2'] }])
  await insert(domainId, [leaf])
  await withDomain(subgraph.db, domainId, (trx) =>
    trx
      .insertInto('auditSeen')
      .values({ domainId, patientId: '3', occurredAt: new Date(), leafId: leaf.id })
      .execute(),
  )
  const { data } = await subgraph.ask(
    createSupportIdentity({ domainId, role: 'auditor' }),
    '{ one: disclosures(patientId: "1") { nodes { id } } three: disclosures(patientId: "3") { nodes { id } } }',
  )
  assert.deepEqual([data.one.nodes.length, data.three.nodes.length], [1, 0])
})

const facts = `id kind occurredAt requestId actor { kind id name role } keyId ipAddress action recordType recordId
  recordVersion patientId fields counts { type count } outcome detailHash durationMs count sequence`

test('an event says all that was recorded, and its place', async () => {
  const event = async (place: number) => {
    const { data } = await subgraph.ask(north, `{ auditEvent(id: "${ids[place]}") { ${facts} } }`)
    return JSON.parse(JSON.stringify(data.auditEvent)) as Record<string, unknown>
  }
  const nothing = {
    recordType: null,
    recordId: null,
    recordVersion: null,
    detailHash: null,
    durationMs: null,
  }
  assert.deepEqual(await event(1), {
    ...{ id: ids[1], kind: 'READ', occurredAt: '2026-03-08T09:00:01.000Z', requestId: 'r' },
    ...{
      actor: { kind: 'consumer', id: '1', name: 'Portal', role: null },
      keyId: '1',
      ipAddress: '127.0.0.1',
    },
    ...{ action: 'patient.read', ...nothing, patientId: '5', fields: [], outcome: 'SUCCESS', count: 1 },
    ...{
      counts: [
        { type: 'Patient', count: 1 },
        { type: 'Appointment', count: 2 },
      ],
      sequence: '1',
    },
  })
  const refused = await event(5)
  assert.deepEqual([refused.actor, refused.count, refused.outcome], [null, 9, 'REFUSED'])
  const { data } = await subgraph.ask(
    north,
    '{ a: auditEvent(id: "x") { id } b: auditEvent(id: "01890000-0000-7000-8000-000000000000") { id } }',
  )
  assert.deepEqual([data.a, data.b], [null, null])
})

test('the log of one domain is nowhere to be seen from another', async () => {
  assert.ok((await found('', 'auditLog', south)).every((place) => place === -1))
  assert.deepEqual(await found('(patientId: "6")', 'disclosures', south), [])
  const query = `{ auditEvent(id: "${ids[1]}") { id } auditProof(eventId: "${ids[1]}") { leaf } auditLeaves { nodes { sequence } } }`
  const { data } = await subgraph.ask(south, query)
  assert.deepEqual(JSON.parse(JSON.stringify(data)), {
    auditEvent: null,
    auditProof: null,
    auditLeaves: { nodes: [] },
  })
  const { data: changes } = await subgraph.ask(
    createIdentity({ domainId: south.domainId }),
    '{ changes { nodes { id } } }',
  )
  assert.deepEqual([...changes.changes.nodes], [])
})

const fields = [
  'auditLog { nodes { id } }',
  'auditEvent(id: "x") { id }',
  'disclosures(patientId: "1") { nodes { id } }',
  'auditCheckpoint { size }',
  'auditProof(eventId: "x") { leaf }',
  'auditConsistency(from: "0") { to }',
  'auditLeaves { nodes { sequence } }',
  'auditUnsequenced { nodes { id } }',
]
for (const field of fields)
  test(`${field.split(/[ ({]/)[0]} is for the support account, auditors and operators alone`, async () => {
    const query = `{ ${field} }`
    for (const caller of [
      createIdentity({ domainId: northId }),
      createSupportIdentity({ domainId: northId, role: 'import' }),
    ])
      assert.equal(await subgraph.codeOf(caller, query), 'FORBIDDEN')
    for (const caller of [north, createSupportIdentity({ domainId: northId }), createOperatorIdentity()])
      assert.equal(await subgraph.codeOf(caller, query), 'accepted')
    const named = query
      .replace(/ (\w+)\(/, ' $1(domain: "north", ')
      .replace(/^{ (\w+) {/, '{ $1(domain: "north") {')
    assert.equal(await subgraph.codeOf(createOperatorIdentity(), named), 'accepted', named)
    assert.equal(await subgraph.codeOf(north, named), 'FORBIDDEN')
  })

test('an operator reads the log of the domain that it names, and without a name that of the platform', async () => {
  await insert(0, [
    createRequestLeaf({ actor: { ...person, kind: 'operator' }, requestId: 'of the platform' }),
  ])
  const operator = createOperatorIdentity()
  const { data } = await subgraph.ask(operator, '{ auditLog { nodes { requestId } } }')
  assert.deepEqual(
    data.auditLog.nodes.map(({ requestId }: { requestId: string }) => requestId),
    ['of the platform'],
  )
  assert.deepEqual(await found('(domain: "north")', 'auditLog', operator), [6, 5, 4, 3, 2, 1, 0])
})

test('a proof leads from the bytes of a leaf to the root of the signed checkpoint', async () => {
  const { data } = await subgraph.ask(
    north,
    `{ auditProof(eventId: "${ids[4]}") { sequence leaf leafHash hashes checkpoint { size text verifierKey createdAt } } }`,
  )
  const { sequence: place, leaf, leafHash, hashes, checkpoint } = data.auditProof
  const verifier = parseVerifierKey(checkpoint.verifierKey)
  assert.ok(verifier)
  const opened = parseCheckpoint(openNote(checkpoint.text, [verifier]) ?? '')
  assert.equal(String(opened?.size), checkpoint.size)
  const bytes = decodeBase64(leaf) ?? assert.fail()
  assert.ok(Buffer.from(bytes).includes('appointment.updated'))
  assert.deepEqual(hashLeaf(bytes), decodeBase64(leafHash))
  assert.ok(
    verifyInclusion({
      ...{ index: Number(place), size: Number(checkpoint.size), leafHash: hashLeaf(bytes) },
      ...{ root: opened?.root ?? bytes, proof: hashes.map((hash: string) => decodeBase64(hash)) },
    }),
  )
})

test('a consistency proof leads from one size to another, and sizes that the log never had are refused', async () => {
  const query = '{ auditConsistency(from: "3") { from to fromRoot toRoot hashes } }'
  const { from, to, fromRoot, toRoot, hashes } = (await subgraph.ask(north, query)).data.auditConsistency
  assert.deepEqual([from, to], ['3', '7'])
  const read = (text: string) => decodeBase64(text) ?? assert.fail()
  const claim = {
    first: 3,
    second: 7,
    firstRoot: read(fromRoot),
    secondRoot: read(toRoot),
    proof: hashes.map(read),
  }
  assert.ok(verifyConsistency(claim))
  for (const args of ['from: "9"', 'from: "1", to: "8"', 'from: "-1"', 'from: "1", to: "x"'])
    assert.equal(await subgraph.codeOf(north, `{ auditConsistency(${args}) { to } }`), 'BAD_USER_INPUT')
})

test('whoever reads the log through the graph can verify it, and sees what was put in behind its back', async () => {
  const ask = async (query: string, variables: Record<string, unknown>) => {
    const { data, errors } = await subgraph.ask(north, query, variables)
    assert.equal(errors, undefined, JSON.stringify(errors))
    return data as Record<string, unknown>
  }
  const { text, verifierKey } = (await subgraph.ask(north, '{ auditCheckpoint { text verifierKey } }')).data
    .auditCheckpoint
  const verifier = parseVerifierKey(verifierKey) ?? assert.fail()
  const verify = () =>
    verifyLog({
      readLeaves: () => readLogPages(ask),
      readUnsequenced: () => readUnsequencedPages(ask),
      checkpoints: [{ source: 'the log', text }],
      verifiers: [verifier],
    })
  assert.deepEqual(await verify(), { size: 7, covered: 7, fault: null })
  await withDomain(subgraph.db, northId, (trx) => insertLeaves(trx, northId, [createRequestLeaf()]))
  assert.equal((await verify()).fault, null, 'a leaf that waits for its place is no stray')
  const stray = createRequestLeaf()
  await withDomain(subgraph.db, northId, async (trx) => {
    await insertLeaves(trx, northId, [stray])
    await trx.deleteFrom('auditWaiting').where('domainId', '=', northId).where('id', '=', stray.id).execute()
  })
  assert.equal((await verify()).fault?.eventId, stray.id)
  const one = await subgraph.ask(
    north,
    '{ auditUnsequenced(first: 1) { nodes { id } endCursor hasNextPage } }',
  )
  assert.deepEqual(JSON.parse(JSON.stringify(one.data.auditUnsequenced)), {
    nodes: [],
    endCursor: ids[0],
    hasNextPage: true,
  })
})

test('a log is read whole in pages of a thousand leaves, and no larger ones', async () => {
  const domainId = await subgraph.createDomain('long')
  const long = createSupportIdentity({ domainId, role: 'auditor' })
  await insert(
    domainId,
    Array.from({ length: 1100 }, () => createRequestLeaf()),
  )
  for (let time = 0; time < 3; time += 1) await sequence(domainId)
  const page = (args: string) =>
    `{ auditLeaves(${args}) { nodes { sequence event { id } } endCursor hasNextPage } }`
  const first = (await subgraph.ask(long, page('first: 1000'))).data.auditLeaves
  assert.deepEqual([first.nodes.length, first.endCursor, first.hasNextPage], [1000, '999', true])
  const last = (await subgraph.ask(long, page('first: 1000, after: "999"'))).data.auditLeaves
  assert.deepEqual([last.nodes.length, last.endCursor, last.hasNextPage], [100, '1099', false])
  assert.ok([...first.nodes, ...last.nodes].every(({ event }) => event !== null))
  for (const size of [0, 1001])
    assert.equal(await subgraph.codeOf(long, page(`first: ${size}`)), 'BAD_USER_INPUT')
})

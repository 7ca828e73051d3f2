import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { readLogPages, readUnsequencedPages, verifyLog } from '@commonchart/audit'
import {
  decodeBase64,
  hashLeaf,
  openNote,
  parseCheckpoint,
  parseVerifierKey,
  verifyConsistency,
  verifyInclusion,
} from '@commonchart/transparency-log'
import { insertOldLeaves, type OldLeaf } from './audit-history.ts'
import { createPatient } from './records.ts'
import { startStack, type Stack } from './stack.ts'
import { until } from './until.ts'

let stack: Stack
let ids: string[]
const minute = (at: number) => `2020-01-01T00:0${at}:00.000Z`
/** All of one old hour: what the requests of this test add is not in it. */
const hour = 'from: "2020-01-01T00:00:00Z", to: "2020-01-01T01:00:00Z"'

const person = { actor_kind: 'person', actor_id: 'sam', actor_name: 'Sam', actor_role: 'support' }
const history: OldLeaf[] = [
  { occurred_at: minute(0), key_id: '8', ip: '192.0.2.7', detail_hash: 'hash', duration_ms: 12 },
  { occurred_at: minute(1), kind: 'READ', action: 'patient.read', patient_id: '501', counts: { Patient: 2 } },
  { occurred_at: minute(2), outcome: 'PARTIAL' },
  { occurred_at: minute(3), outcome: 'FAILED' },
  { occurred_at: minute(4), outcome: 'REFUSED', action: 'request.refused', actor_kind: null, count: 12 },
  {
    ...{ occurred_at: minute(5), kind: 'CHANGE', action: 'patient.updated', ...person, patient_id: '501' },
    ...{ record_type: 'Patient', record_id: '501', record_version: 3, fields: ['lastName'] },
  },
  {
    ...{ occurred_at: minute(6), kind: 'CHANGE', action: 'provider.updated', ...person, actor_id: 'ann' },
    ...{ record_type: 'ProviderUser', record_id: '9' },
  },
  {
    ...{ occurred_at: minute(7), kind: 'CHANGE', action: 'patient.archived', patient_id: '502' },
    ...{ record_type: 'Patient', record_id: '502', record_version: 4 },
  },
]

before(async () => {
  stack = await startStack()
  ids = await insertOldLeaves(stack, stack.north, history)
  await insertOldLeaves(stack, stack.south, [{ occurred_at: minute(0) }, { occurred_at: minute(1) }])
  const covers = async (domain: string, size: number) => {
    const { body } = await stack.askOperator(
      'query ($domain: String) { auditCheckpoint(domain: $domain) { size } }',
      { domain },
    )
    return Number(body.data?.auditCheckpoint?.size ?? 0) >= size
  }
  await until(() => covers('north', history.length), 'a checkpoint covers the leaves of north')
  await until(() => covers('south', 2), 'a checkpoint covers the leaves of south')
})
after(() => stack.stop())

async function settings(query: string, variables?: object) {
  const { body, text } = await stack.north.askSettings(query, variables)
  assert.equal(body.errors, undefined, text)
  return body.data ?? {}
}

/** The places in the history of what a list of the settings graph gives. */
async function found(list: string, args: string): Promise<number[]> {
  const data = await settings(`{ ${list}(${args}) { nodes { id } } }`)
  return data[list].nodes.map(({ id }: { id: string }) => ids.indexOf(id))
}

for (const [args, more, expected] of [
  [hour, '', [7, 6, 5, 4, 3, 2, 1, 0]],
  [hour, 'kind: CHANGE', [7, 6, 5]],
  [hour, 'kind: READ', [1]],
  [hour, 'kind: REQUEST', [4, 3, 2, 0]],
  [hour, 'actorKind: "person"', [6, 5]],
  [`${hour}, actorKind: "person"`, 'actorId: "sam"', [5]],
  [hour, 'consumer: "77"', [7, 3, 2, 1, 0]],
  [hour, 'action: "patient.archived"', [7]],
  [hour, 'recordType: "Patient"', [7, 5]],
  [`${hour}, recordType: "Patient"`, 'recordId: "501"', [5]],
  [hour, 'patientId: "501"', [5, 1]],
  [hour, 'outcome: REFUSED', [4]],
  [hour, 'first: 2', [7, 6]],
  [hour, 'last: 2', [1, 0]],
  ['from: "2020-01-01T00:00:00Z", first: 3', 'to: "2020-01-01T00:03:00Z"', [2, 1, 0]],
  ['to: "2020-01-01T01:00:00Z", first: 9', 'from: "2020-01-01T00:06:00Z"', [7, 6]],
] as const)
  test(`the audit log with ${args} ${more} gives what it says`, async () => {
    await settings(`{ auditLog(${args}) { nodes { id } } }`)
    assert.deepEqual(await found('auditLog', `${args} ${more && `, ${more}`}`), expected)
  })

for (const [list, args] of [
  ['auditLog', hour],
  ['disclosures', 'patientId: "501"'],
] as const)
  test(`${list} is read on from its cursors, forwards and backwards`, async () => {
    const all = await found(list, args)
    const select = '{ edges { cursor node { id } } nodes { id } pageInfo { hasNextPage endCursor } }'
    const { [list]: page } = await settings(`{ ${list}(${args}, first: 1) ${select} }`)
    assert.equal(page.pageInfo.hasNextPage, true)
    assert.equal(page.edges[0].node.id, page.nodes[0].id)
    assert.deepEqual(await found(list, `${args}, after: "${page.pageInfo.endCursor}"`), all.slice(1))
    const { [list]: second } = await settings(
      `{ ${list}(${args}, first: 1, after: "${page.pageInfo.endCursor}") ${select} }`,
    )
    assert.deepEqual(await found(list, `${args}, before: "${second.edges[0].cursor}"`), all.slice(0, 1))
    assert.deepEqual(await found(list, `${args}, first: 1`), all.slice(0, 1))
    assert.deepEqual(await found(list, `${args}, last: 1`), all.slice(-1))
  })

test('an accounting of disclosures has what was seen and changed of one patient in a period', async () => {
  assert.deepEqual(await found('disclosures', 'patientId: "501"'), [5, 1])
  assert.deepEqual(await found('disclosures', 'patientId: "502"'), [7])
  assert.deepEqual(await found('disclosures', `patientId: "501", from: "${minute(2)}"`), [5])
  assert.deepEqual(await found('disclosures', `patientId: "501", to: "${minute(2)}"`), [1])
})

test('what a list shows of several patients is one event, in the disclosures of each of them', async () => {
  const lastName = 'Seentogether'
  const patients: string[] = []
  for (const firstName of ['One', 'Two'])
    patients.push((await createPatient(stack.north, { firstName, lastName })).id)
  const { headers, body } = await stack.north.ask(
    'query ($lastName: SearchString) { patients(lastName: $lastName) { nodes { id firstName } } }',
    { lastName },
  )
  assert.equal(body.data?.patients.nodes.length, 2)
  const requestId = headers['x-request-id']
  for (const patientId of patients) {
    const { disclosures } = await settings(
      `query ($patientId: ID!) { disclosures(patientId: $patientId, first: 1) {
        nodes { id kind requestId patientId counts { type } seen { counts { type count } patientIds } } } }`,
      { patientId },
    )
    const [{ id, seen, ...event }] = disclosures.nodes
    assert.deepEqual(event, { kind: 'REQUEST', requestId, patientId: null, counts: null })
    assert.deepEqual(
      seen.map(({ counts }: { counts: object[] }) => counts),
      [[{ type: 'Patient', count: 1 }]],
    )
    assert.deepEqual(seen[0].patientIds.toSorted(), patients.toSorted())
    const place = async () => (await settings(`{ auditEvent(id: "${id}") { sequence } }`)).auditEvent.sequence
    await until(async () => (await place()) !== null, 'the event has its place')
    const { auditLeaves } = await settings(
      `{ auditLeaves(after: "${BigInt(await place()) - 1n}", first: 1) { nodes { listedUnder event { id } } } }`,
    )
    assert.equal(auditLeaves.nodes[0].event.id, id)
    assert.deepEqual(auditLeaves.nodes[0].listedUnder.toSorted(), patients.toSorted())
  }
})

const facts = `id kind occurredAt requestId actor { kind id name role } keyId ipAddress action recordType recordId
  recordVersion patientId fields counts { type count } outcome detailHash durationMs count sequence`

test('an event says all that was recorded', async () => {
  const event = async (at: number) =>
    (await settings(`query ($id: ID!) { auditEvent(id: $id) { ${facts} } }`, { id: ids[at] })).auditEvent
  const request = await event(0)
  assert.deepEqual(
    [request.keyId, request.ipAddress, request.detailHash, request.durationMs, request.requestId],
    ['8', '192.0.2.7', 'hash', 12, `request of ${minute(0)}`],
  )
  assert.deepEqual((await event(1)).counts, [{ type: 'Patient', count: 2 }])
  assert.deepEqual([(await event(4)).actor, (await event(4)).count], [null, 12])
  const change = await event(5)
  assert.deepEqual(change.actor, { kind: 'person', id: 'sam', name: 'Sam', role: 'support' })
  assert.deepEqual(
    [change.recordType, change.recordId, change.recordVersion, change.patientId, change.fields],
    ['Patient', '501', 3, '501', ['lastName']],
  )
  assert.match(change.sequence, /^\d+$/)
  const outcomes = await settings(`{ auditLog(${hour}) { nodes { outcome } } }`)
  assert.equal(new Set(outcomes.auditLog.nodes.map(({ outcome }: { outcome: string }) => outcome)).size, 4)
})

const read = (text: string) => decodeBase64(text) ?? assert.fail(text)

test('an event is proved to be in the log that the checkpoint signs, and the log to have only grown', async () => {
  const { auditCheckpoint: newest } = await settings(
    '{ auditCheckpoint { size text verifierKey createdAt } }',
  )
  const query = `query ($eventId: ID!) { auditProof(eventId: $eventId) {
    sequence leaf leafHash hashes checkpoint { size text verifierKey } } }`
  const { auditProof: proof } = await settings(query, { eventId: ids[5] })
  const { auditProof: other } = await settings(query, { eventId: ids[6] })
  assert.notEqual(other.leaf, proof.leaf)
  const verifier = parseVerifierKey(newest.verifierKey) ?? assert.fail()
  const signed = parseCheckpoint(openNote(proof.checkpoint.text, [verifier]) ?? '') ?? assert.fail()
  const leafHash = hashLeaf(read(proof.leaf))
  assert.deepEqual(leafHash, read(proof.leafHash))
  const { size, root } = signed
  assert.ok(
    verifyInclusion({ index: Number(proof.sequence), size, leafHash, root, proof: proof.hashes.map(read) }),
  )
  const grown = async (args: string) =>
    (await settings(`{ auditConsistency(${args}) { from to fromRoot toRoot hashes } }`)).auditConsistency
  for (const args of ['from: "3"', 'from: "5"', 'from: "3", to: "6"']) {
    const { from, to, fromRoot, toRoot, hashes } = await grown(args)
    const claim = {
      first: Number(from),
      second: Number(to),
      firstRoot: read(fromRoot),
      secondRoot: read(toRoot),
    }
    assert.ok(verifyConsistency({ ...claim, proof: hashes.map(read) }), args)
  }
})

test('who may read the log reads all of its leaves, and verifies it', async () => {
  const { auditCheckpoint: newest } = await settings('{ auditCheckpoint { text verifierKey } }')
  const verdict = await verifyLog({
    readLeaves: () => readLogPages(settings),
    readUnsequenced: () => readUnsequencedPages(settings),
    checkpoints: [{ source: 'the log', text: newest.text }],
    verifiers: [parseVerifierKey(newest.verifierKey) ?? assert.fail()],
  })
  assert.equal(verdict.fault, null, verdict.fault?.message)
  assert.ok(verdict.covered >= history.length)
  const select = '{ nodes { sequence leafHash seal domainId event { id } } endCursor hasNextPage }'
  await settings(`{ auditLeaves ${select} }`)
  const { auditLeaves: page } = await settings(`{ auditLeaves(first: 3) ${select} }`)
  assert.deepEqual([page.nodes.length, page.hasNextPage, page.endCursor], [3, true, '2'])
  const { auditLeaves: next } = await settings(`{ auditLeaves(first: 3, after: "2") ${select} }`)
  assert.equal(next.nodes[0].sequence, '3')
})

test('programs read changes in the order of the log, from where they stopped', async () => {
  const ask = async (args: string) => {
    const select = `{ edges { cursor node { id } } nodes { id type version action occurredAt patientId eventId }
      pageInfo { startCursor endCursor hasNextPage hasPreviousPage } }`
    const { body, text } = await stack.north.ask(`{ changes${args} ${select} }`)
    assert.equal(body.errors, undefined, text)
    return body.data?.changes
  }
  const seen = async (args: string) =>
    (await ask(args)).nodes.map(({ eventId }: { eventId: string }) => ids.indexOf(eventId))
  const all = await seen('')
  assert.deepEqual(
    all.filter((at: number) => at >= 0),
    [5, 6, 7],
  )
  const ofPatients = await seen('(types: ["Patient"])')
  assert.deepEqual(
    ofPatients.filter((at: number) => at >= 0),
    [5, 7],
  )
  const page = await ask('(first: 1)')
  assert.deepEqual([page.nodes.length, page.edges.length, page.pageInfo.hasNextPage], [1, 1, true])
  assert.equal(page.pageInfo.endCursor, page.edges[0].cursor)
  assert.deepEqual(await seen(`(first: 1, after: "${page.pageInfo.endCursor}")`), all.slice(1, 2))
})

test('an operator reads the log of the domain that it names', async () => {
  const fields = [
    'auditLog(ARGS) { nodes { id } }',
    `auditEvent(ARGS id: "${ids[0]}") { id }`,
    'disclosures(ARGS patientId: "501") { nodes { id } }',
    'auditCheckpoint(ARGS) { text }',
    `auditProof(ARGS eventId: "${ids[0]}") { leaf }`,
    'auditConsistency(ARGS from: "1", to: "2") { toRoot }',
    'auditLeaves(ARGS first: 1) { nodes { leafHash } }',
    'auditUnsequenced(ARGS first: 1) { endCursor }',
  ]
  for (const field of fields) {
    const answers = await Promise.all(
      ['north', 'south'].map(async (name) => {
        const { body, text } = await stack.askOperator(
          `{ ${field.replace('ARGS', `domain: "${name}"`)} }`.replace(/" (\w+:)/, '", $1'),
        )
        assert.equal(body.errors, undefined, text)
        return JSON.stringify(body.data)
      }),
    )
    assert.notEqual(answers[0], answers[1], field)
  }
  const { body } = await stack.askOperator('{ auditLog { nodes { id } } }')
  assert.ok(body.data?.auditLog.nodes.every(({ id }: { id: string }) => !ids.includes(id)))
})

test('what was put into the log behind its back is shown as without a place', async () => {
  const [stray] = await insertOldLeaves(stack, stack.north, [{ occurred_at: minute(8) }], { waiting: false })
  const select = '{ nodes { id sequence } endCursor hasNextPage }'
  const { auditUnsequenced: all } = await settings(`{ auditUnsequenced ${select} }`)
  assert.deepEqual(all.nodes, [{ id: stray, sequence: null }])
  const { auditUnsequenced: first } = await settings(`{ auditUnsequenced(first: 1) ${select} }`)
  assert.deepEqual(first, { nodes: [], endCursor: ids[0], hasNextPage: true })
  const { auditUnsequenced: next } = await settings(
    `{ auditUnsequenced(first: 1, after: "${ids[7]}") ${select} }`,
  )
  assert.deepEqual(next.nodes, [{ id: stray, sequence: null }])
})

test('what a program sees and changes of a patient is on the log, with who did it', async () => {
  const { south } = stack
  const { id } = await createPatient(south, { lastName: 'Recorded' })
  await south.ask('query ($id: ID!) { patient(id: $id) { lastName } }', { id })
  const ask = async () => {
    const { body } = await south.askSettings(
      'query ($id: ID!) { disclosures(patientId: $id) { nodes { kind action actor { kind id } } } }',
      { id },
    )
    return (body.data?.disclosures.nodes ?? []) as { kind: string; action: string; actor: object }[]
  }
  await until(
    async () => new Set((await ask()).map(({ kind }) => kind)).size === 2,
    'what was seen and what was changed are on the log',
  )
  for (const { actor } of await ask()) assert.deepEqual(actor, { kind: 'consumer', id: south.consumerId })
  await until(async () => {
    const { body } = await south.ask('{ changes(types: ["Patient"]) { nodes { id action } } }')
    return body.data?.changes.nodes.some((each: { id: string }) => each.id === id) as boolean
  }, 'the change is among the changes')
})

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { AuditChange } from '@commonchart/audit'
import { openDatabase, withDomain } from '@commonchart/database'
import { sql, type Kysely } from 'kysely'
import type { Tables } from './tables.ts'
import { createPatient, person, startPatients, type Answer } from './test-patients.ts'

let patients: Awaited<ReturnType<typeof startPatients>>
let admin: Kysely<Tables>
before(async () => {
  patients = await startPatients()
  admin = openDatabase<Tables>(patients.database.adminUrl, { max: 1 })
  const made = await patients.support(`mutation {
    createIdentificationTemplate(input: { name: "Card" }) { identificationTemplate { id } }
    createStatusTag(input: { name: "Tag" }) { statusTag { id } } }`)
  assert.equal(made.errors, undefined)
})
after(async () => {
  await admin.destroy()
  await patients.stop()
})

const update =
  'mutation ($input: UpdatePatientInput!) { updatePatient(input: $input) { patient { version } } }'

function changesOf({ extensions }: Answer): AuditChange[] {
  return (extensions?.recorder as { changes: AuditChange[] } | undefined)?.changes ?? []
}

/** What waits in the outbox; the outbox is emptied. */
async function takeSent() {
  const { rows } = await sql<{ payload: { type: string; payload: { id: string; changes: AuditChange[] } } }>`
    DELETE FROM graphile_worker._private_jobs RETURNING payload`.execute(admin)
  return rows.map(({ payload }) => payload)
}

/** The changes that wait in the outbox for the audit log; the outbox is emptied. */
async function takeTold(): Promise<AuditChange[]> {
  return (await takeSent()).flatMap(({ type, payload }) => (type === 'audit.recorded' ? payload.changes : []))
}

async function create(input: object = {}): Promise<string> {
  const { data, errors } = await patients.ask(createPatient, { input: { ...person, ...input } })
  assert.equal(errors, undefined, JSON.stringify(errors))
  return data?.createPatient.patient.id as string
}

function find(id: string | undefined) {
  return withDomain(patients.db, 1, (trx) =>
    trx.selectFrom('auditEvent').selectAll().where('id', '=', String(id)).executeTakeFirstOrThrow(),
  )
}

test('a change of a patient is told to the gateway and to the audit log under one id', async () => {
  await takeTold()
  const answer = await patients.ask(createPatient, { input: person })
  const id = answer.data?.createPatient.patient.id as string
  const [change, ...more] = changesOf(answer)
  assert.deepEqual(more, [])
  assert.deepEqual(
    [change?.action, change?.recordType, change?.recordId, change?.patientId, change?.recordVersion],
    ['patient.created', 'Patient', id, id, 1],
  )
  assert.deepEqual(await takeTold(), [change])
})

test('a refused change tells nothing, and neither does a replay', async () => {
  await takeTold()
  const id = await create()
  const mark = { mutations: [{ key: 'k', fingerprint: 'f', path: 'updatePatient' }] }
  const input = { id, city: 'Hope' }
  assert.equal(changesOf(await patients.ask(update, { input }, mark)).length, 1)
  assert.equal((await takeTold()).length, 2)
  const again = await patients.ask(update, { input }, mark)
  assert.equal(again.extensions?.idempotency, 'REPLAYED')
  const refused = await patients.ask(update, { input: { ...input, expectedVersion: 1 } })
  assert.equal(refused.errors?.[0]?.extensions.code, 'CONFLICT')
  assert.deepEqual([...changesOf(again), ...changesOf(refused), ...(await takeTold())], [])
})

test('an update names what differs, and its values stay here', async () => {
  const id = await create({ city: 'Nelson', identifications: [{ templateId: 1, value: 'A1' }] })
  const answer = await patients.ask(update, {
    input: {
      ...{ id, city: 'Trail', firstName: 'Ada', email: 'ada@x.test', statusTagIds: { add: [{ id: '1' }] } },
      identifications: { create: [{ value: 'B2' }] },
    },
  })
  const [change] = changesOf(answer)
  assert.deepEqual(change?.fields.toSorted(), ['city', 'email', 'identifications', 'statusTagIds'])
  assert.doesNotMatch(JSON.stringify(answer.extensions), /Nelson|Trail|ada@x|A1|B2/)
  const { before, after, detailHash } = await find(change?.id)
  const values = (side: Record<string, unknown> | null) =>
    (side?.identifications as { value: string }[]).map(({ value }) => value)
  assert.deepEqual([before?.city, before?.email, before?.statusTagIds], ['Nelson', null, []])
  assert.deepEqual([after?.city, after?.email, after?.statusTagIds], ['Trail', 'ada@x.test', [1]])
  assert.deepEqual([values(before), values(after)], [['A1'], ['A1', 'B2']])
  assert.equal(detailHash, change?.detailHash)
})

test('what the support account sets is kept as it was before, too', async () => {
  const id = await create()
  const answer = await patients.support(
    `mutation { setPatientStanding(input: { id: "${id}", verified: true, title: "Dr." }) { patient { id } } }`,
  )
  const [change] = changesOf(answer)
  assert.equal(change?.action, 'patient.updated')
  const { before, after } = await find(change?.id)
  assert.deepEqual([before?.verified, before?.title], [false, null])
  assert.deepEqual([after?.verified, after?.title], [true, 'Dr.'])
})

test('an import of 500 patients tells 500 changes, and again none', async () => {
  await takeTold()
  const input = Array.from({ length: 500 }, (_, at) => ({
    ...{
      externalId: { system: 's', value: String(at) },
      firstName: 'I',
      lastName: 'P',
      dateOfBirth: '2000-01-01',
    },
  }))
  const send = () =>
    patients.support(
      'mutation ($input: [ImportPatientInput!]!) { importPatients(input: $input) { results { id } } }',
      { input },
    )
  const answer = await send()
  const changes = changesOf(answer)
  const ids = (answer.data?.importPatients.results as { id: string }[]).map((result) => result.id)
  assert.deepEqual(
    changes.map((change) => change.patientId),
    ids,
  )
  assert.equal(new Set(changes.map((change) => change.id)).size, 500)
  assert.deepEqual(await takeTold(), changes)
  assert.deepEqual(changesOf(await send()), [])
  assert.deepEqual(await takeTold(), [])
})

test('an item that is undone after its patient was written tells nobody of that patient', async () => {
  const item = (value: string, identification: string) => ({
    ...person,
    ...{ externalId: { system: 'undone', value } },
    identifications: [
      { templateId: 1, value: identification },
      { templateId: 1, value: identification },
    ].slice(value === 'good' ? 1 : 0),
  })
  await takeSent()
  const answer = await patients.support(
    'mutation ($input: [ImportPatientInput!]!) { importPatients(input: $input) { results { id outcome } } }',
    { input: [item('good', 'U1'), item('undone', 'U2')] },
  )
  const results = answer.data?.importPatients.results as { id: string; outcome: string }[]
  assert.deepEqual(
    results.map(({ outcome }) => outcome),
    ['CREATED', 'REFUSED'],
  )
  const sent = await takeSent()
  const known = sent.flatMap(({ type, payload }) => (type === 'patient.changed' ? payload.id : []))
  assert.deepEqual(known, [results[0]?.id])
  assert.deepEqual(
    changesOf(answer).map(({ recordId }) => recordId),
    known,
  )
})

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openDatabase } from '@commonchart/database'
import { sql, type Kysely } from 'kysely'
import type { Tables } from './tables.ts'
import { createPatient, person, startPatients, type Answer } from './test-patients.ts'

let patients: Awaited<ReturnType<typeof startPatients>>
let admin: Kysely<Tables>
before(async () => {
  patients = await startPatients(() => Promise.resolve({} as never))
  admin = openDatabase<Tables>(patients.database.adminUrl, { max: 1 })
  const made = await patients.support(`mutation {
    createIdentificationTemplate(input: { name: "Card" }) { identificationTemplate { id } }
    one: createStatusTag(input: { name: "One" }) { statusTag { id } }
    two: createStatusTag(input: { name: "Two" }) { statusTag { id } } }`)
  assert.equal(made.errors, undefined)
})
after(async () => {
  await admin.destroy()
  await patients.stop()
})

async function create(input: object = {}): Promise<string> {
  const { data, errors } = await patients.ask(createPatient, { input: { ...person, ...input } })
  assert.equal(errors, undefined, JSON.stringify(errors))
  return data?.createPatient.patient.id as string
}

const merge = (input: object): Promise<Answer> =>
  patients.ask(
    `mutation ($input: MergePatientsInput!) { mergePatients(input: $input) {
       kept { id version email city phone } merged { id version archived archivedAt mergedInto { id } } } }`,
    { input },
  )
const unmerge = (input: object): Promise<Answer> =>
  patients.ask(
    `mutation ($input: UnmergePatientsInput!) { unmergePatients(input: $input) {
       kept { id email city } merged { id archived archivedAt mergedInto { id } } } }`,
    { input },
  )

async function read(id: string) {
  const { data } = await patients.ask(
    `query ($id: ID!) { patient(id: $id) { id version archived email city streetAddress phone mergedInto { id mergedInto { id } }
       identifications { value } statusTags { name } } }`,
    { id },
  )
  return data?.patient
}

const refusalOf = ({ errors }: Answer) => {
  const { code, path, mergedInto, violations } = errors?.[0]?.extensions ?? {}
  const [violation] = (violations ?? []) as { path: string; rule: string }[]
  return [code, violation?.path ?? path, violation?.rule ?? mergedInto ?? null]
}

async function takeSent() {
  const { rows } = await sql<{ payload: { type: string; payload: Record<string, unknown> } }>`
    DELETE FROM graphile_worker._private_jobs RETURNING payload`.execute(admin)
  return rows.map(({ payload }) => payload).filter(({ type }) => type !== 'audit.recorded')
}

test('a merge moves what belongs to a chart, fills what is empty, and leaves what is said', async () => {
  const kept = await create({ email: 'kept@example.test', statusTagIds: ['1'] })
  const merged = await create({
    ...{ email: 'merged@example.test', phone: '6045550123', streetAddress: '1 Main', city: 'Hope' },
    ...{ statusTagIds: ['1', '2'], identifications: [{ value: 'M-1', templateId: 1 }] },
  })
  const { data, errors } = await merge({ keptId: kept, mergedId: merged })
  assert.equal(errors, undefined, JSON.stringify(errors))
  const { archivedAt, ...state } = data?.mergePatients.merged ?? {}
  assert.ok(archivedAt)
  assert.deepEqual(state, { id: merged, version: 2, archived: true, mergedInto: { id: kept } })
  const chart = await read(kept)
  assert.deepEqual(chart.identifications, [{ value: 'M-1' }])
  assert.deepEqual(chart.statusTags, [{ name: 'One' }, { name: 'Two' }])
  assert.deepEqual([chart.email, chart.phone, chart.city], ['kept@example.test', '6045550123', 'Hope'])
  const old = await read(merged)
  assert.deepEqual(
    [old.email, old.identifications, old.statusTags],
    ['merged@example.test', [], [{ name: 'One' }]],
  )
})

test('an address is filled only whole, and nothing is when that is not wanted', async () => {
  const kept = await create({ city: 'Hope' })
  const merged = await create({ streetAddress: '1 Main', city: 'Nelson', email: 'm@example.test' })
  await merge({ keptId: kept, mergedId: merged })
  const { streetAddress, city, email } = await read(kept)
  assert.deepEqual([streetAddress, city, email], [null, 'Hope', 'm@example.test'])
  const other = await create()
  await merge({ keptId: other, mergedId: await create({ email: 'o@example.test' }), fillEmpty: false })
  assert.equal((await read(other)).email, null)
})

test('what came after a merge stays with the kept chart when it is undone', async () => {
  const kept = await create()
  const merged = await create({
    email: 'm@example.test',
    city: 'Hope',
    identifications: [{ value: 'before' }],
  })
  await merge({ keptId: kept, mergedId: merged })
  const update = `mutation ($input: UpdatePatientInput!) { updatePatient(input: $input) { patient { id } } }`
  const input = { id: kept, city: 'Nelson', identifications: { create: [{ value: 'after' }] } }
  assert.equal((await patients.ask(update, { input })).errors, undefined)
  const { data } = await unmerge({ mergedId: merged })
  assert.deepEqual(data?.unmergePatients.kept, { id: kept, email: null, city: 'Nelson' })
  assert.deepEqual((await read(kept)).identifications, [{ value: 'after' }])
  assert.deepEqual((await read(merged)).identifications, [{ value: 'before' }])
  assert.deepEqual((await read(merged)).archived, false)
})

test('merges that make no sense are refused, each with its code and place', async () => {
  const [kept, merged, other] = [await create(), await create(), await create()]
  await merge({ keptId: kept, mergedId: merged })
  const refused: [object, unknown[]][] = [
    [{ keptId: kept, mergedId: kept }, ['VALIDATION_FAILED', 'input.mergedId', 'MERGE_WITH_ITSELF']],
    [{ keptId: `0${kept}`, mergedId: kept }, ['VALIDATION_FAILED', 'input.mergedId', 'MERGE_WITH_ITSELF']],
    [{ keptId: other, mergedId: merged }, ['PATIENT_MERGED', 'input.mergedId', kept]],
    [{ keptId: kept, mergedId: merged }, ['PATIENT_MERGED', 'input.mergedId', kept]],
    [{ keptId: merged, mergedId: kept }, ['PATIENT_ARCHIVED', 'input.keptId', kept]],
    [{ keptId: merged, mergedId: other }, ['PATIENT_ARCHIVED', 'input.keptId', kept]],
    [{ keptId: '999999', mergedId: other }, ['NOT_FOUND', 'input.keptId', null]],
    [{ keptId: other, mergedId: 'x' }, ['NOT_FOUND', 'input.mergedId', null]],
    [{ keptId: kept, mergedId: other, expectedVersion: 1 }, ['CONFLICT', 'input.expectedVersion', null]],
    [
      { keptId: kept, mergedId: other, expectedMergedVersion: 9 },
      ['CONFLICT', 'input.expectedMergedVersion', null],
    ],
  ]
  for (const [input, expected] of refused) assert.deepEqual(refusalOf(await merge(input)), expected)
  for (const [mergedId, expected] of [
    [other, ['PATIENT_NOT_MERGED', 'input.mergedId', null]],
    ['999999', ['NOT_FOUND', 'input.mergedId', null]],
  ] as const)
    assert.deepEqual(refusalOf(await unmerge({ mergedId })), expected)
  assert.deepEqual(refusalOf(await unmerge({ mergedId: merged, expectedVersion: 1 })), [
    ...['CONFLICT', 'input.expectedVersion'],
    null,
  ])
})

test('a merged chart cannot be brought back but by undoing its merge', async () => {
  const [kept, merged] = [await create(), await create()]
  await merge({ keptId: kept, mergedId: merged })
  const answer = await patients.support(
    `mutation { restorePatient(input: { id: "${merged}" }) { patient { id } } }`,
  )
  assert.deepEqual(refusalOf(answer), ['PATIENT_MERGED', 'input.id', kept])
})

test('merges in turn are undone from the last one on', async () => {
  const [one, two, three] = [
    await create(),
    await create(),
    await create({ identifications: [{ value: 'T' }] }),
  ]
  await merge({ keptId: two, mergedId: three })
  await merge({ keptId: one, mergedId: two })
  assert.deepEqual((await read(three)).mergedInto, { id: two, mergedInto: { id: one } })
  assert.deepEqual((await read(one)).identifications, [{ value: 'T' }])
  assert.deepEqual(refusalOf(await unmerge({ mergedId: three })), ['PATIENT_MERGED', 'input.mergedId', one])
  for (const mergedId of [two, three]) assert.equal((await unmerge({ mergedId })).errors, undefined)
  assert.deepEqual((await read(three)).identifications, [{ value: 'T' }])
})

test('of merges of the same charts at once, whichever way round, one is made', async () => {
  for (let round = 0; round < 5; round += 1) {
    const [one, two, three] = [await create(), await create(), await create()]
    const answers = await Promise.all([
      ...[0, 1].map(() => merge({ keptId: one, mergedId: two })),
      ...[0, 1].map(() => merge({ keptId: two, mergedId: one })),
      merge({ keptId: three, mergedId: two }),
    ])
    const codes = answers.map(({ errors }) => errors?.[0]?.extensions.code ?? 'made')
    assert.ok(codes.filter((code) => code === 'made').length <= 2, codes.join())
    for (const code of codes)
      assert.ok(['made', 'PATIENT_MERGED', 'PATIENT_ARCHIVED'].includes(String(code)), `${code}`)
    // Whatever was made, from each chart the way ends at one that is not merged.
    for (let at = await read(two), steps = 0; at.mergedInto; at = await read(at.mergedInto.id), steps += 1)
      assert.ok(steps < 3, 'the charts go round in a circle')
  }
})

test('a merge and its undoing are told to appointments once each, and recorded for both charts', async () => {
  const [kept, merged] = [await create(), await create({ email: 'm@example.test' })]
  await takeSent()
  const mark = { mutations: [{ key: 'once', fingerprint: 'f', path: 'mergePatients' }] }
  const input = { keptId: kept, mergedId: merged }
  const query = 'mutation ($input: MergePatientsInput!) { mergePatients(input: $input) { kept { id } } }'
  const answer = await patients.ask(query, { input }, mark)
  assert.equal((await patients.ask(query, { input }, mark)).extensions?.idempotency, 'REPLAYED')
  const { changes } = answer.extensions?.recorder as {
    changes: { action: string; patientId: string; fields: string[] }[]
  }
  assert.deepEqual(
    changes.map(({ action, patientId, fields }) => [action, patientId, fields]),
    [
      ['patient.merged', kept, ['email']],
      ['patient.merged', merged, ['archived', 'archivedAt', 'archivedByKind', 'archivedById', 'mergedInto']],
    ],
  )
  const [changed, told, ...more] = await takeSent()
  assert.deepEqual(more, [])
  const facts = { id: merged, state: 'ARCHIVED', mergedInto: kept, version: 2 }
  assert.equal(changed?.type, 'patient.changed')
  assert.deepEqual({ ...changed?.payload, by: null }, { ...facts, by: null })
  assert.equal(told?.type, 'patient.merged')
  assert.deepEqual(told?.payload.merged, facts)
  await unmerge({ mergedId: merged })
  const [restored, untold, ...others] = await takeSent()
  assert.deepEqual(others, [])
  assert.deepEqual(restored?.payload, { id: merged, state: 'ACTIVE', mergedInto: null, version: 3 })
  assert.deepEqual([untold?.type, untold?.payload.mergeId], ['patient.unmerged', told?.payload.mergeId])
})

test('a merged chart is found as the one in which it goes on, and on its own again afterwards', async () => {
  const kept = await create({ firstName: 'Wilhelmina', lastName: 'Zwicker' })
  const merged = await create({ firstName: 'Wilhelmina', lastName: 'Yardley', phone: '2505551212' })
  const find = async (text: string): Promise<string[]> => {
    const { data } = await patients.ask(
      'query ($text: SearchString!) { searchPatients(text: $text, includeArchived: true) { nodes { patient { id } } } }',
      { text },
    )
    return data?.searchPatients.nodes.map((hit: { patient: { id: string } }) => hit.patient.id)
  }
  await merge({ keptId: kept, mergedId: merged })
  for (const text of ['yardley', 'zwicker', '2505551212']) assert.deepEqual(await find(text), [kept], text)
  await unmerge({ mergedId: merged })
  assert.deepEqual([await find('yardley'), await find('2505551212')], [[merged], [merged]])
})

test('a merge is of one domain', async () => {
  const [kept, merged] = [await create(), await create()]
  const answer = await patients.ask(
    'mutation ($input: MergePatientsInput!) { mergePatients(input: $input) { kept { id } } }',
    { input: { keptId: kept, mergedId: merged } },
    { domainId: 2 },
  )
  assert.equal(answer.errors?.[0]?.extensions.code, 'NOT_FOUND')
})

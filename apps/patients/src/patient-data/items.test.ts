import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { createPatient, person, startPatients } from '../test-patients.ts'

let patients: Awaited<ReturnType<typeof startPatients>>
let categoryUuid = ''
before(async () => {
  patients = await startPatients()
  const made = await patients.support(
    'mutation { createPatientDataCategory(input: { name: "Habits", nameFr: "Habitudes" }) { patientDataCategory { uuid } } }',
  )
  categoryUuid = made.data?.createPatientDataCategory.patientDataCategory.uuid
})
after(() => patients.stop())

const newPatient = async (): Promise<string> =>
  (await patients.ask(createPatient, { input: person })).data?.createPatient.patient.id

const template =
  'patientDataTemplate { uuid version entities { ... on PatientDataEntityInterface { uuid name } } }'
async function createTemplate(entities: object[]) {
  const { data, errors } = await patients.support(
    `mutation ($input: CreatePatientDataTemplateInput!) { createPatientDataTemplate(input: $input) { ${template} } }`,
    { input: { categoryUuid, name: `T ${randomUUID()}`, module: 'FORM', entities } },
  )
  assert.equal(errors, undefined)
  return data?.createPatientDataTemplate.patientDataTemplate as { uuid: string; entities: { uuid: string }[] }
}
const updateTemplate = (input: object) =>
  patients.support(
    `mutation ($input: UpdatePatientDataTemplateInput!) { updatePatientDataTemplate(input: $input) { ${template} } }`,
    { input },
  )
const upsert = (input: object, identity = {}) =>
  patients.ask(
    `mutation ($input: UpsertPatientDataItemInput!) { upsertPatientDataItem(input: $input) { patientDataItem {
      id version values { ... on PatientDataValueText { uuid name value } ... on PatientDataValueNumber { uuid name displayValue } } } } }`,
    { input },
    identity,
  )

test('an entity that a template loses keeps what is stored for it, and may come back', async () => {
  const patientId = await newPatient()
  const { uuid, entities } = await createTemplate([
    { kind: 'TEXT', name: 'Kept' },
    { kind: 'TEXT', name: 'Dropped' },
  ])
  const [kept, dropped] = entities.map((entity) => entity.uuid)
  const values = [
    { valueUuid: kept, textValue: 'k' },
    { valueUuid: dropped, textValue: 'd' },
  ]
  await upsert({ patientId, templateUuid: uuid, values })
  const without = await updateTemplate({ uuid, entities: [{ uuid: kept, kind: 'TEXT', name: 'Renamed' }] })
  assert.deepEqual(without.data?.updatePatientDataTemplate.patientDataTemplate.entities, [
    { uuid: kept, name: 'Renamed' },
  ])
  const after = await upsert({
    patientId,
    templateUuid: uuid,
    values: [{ valueUuid: kept, textValue: 'k2' }],
  })
  assert.deepEqual(after.data?.upsertPatientDataItem.patientDataItem.values, [
    { uuid: kept, name: 'Renamed', value: 'k2' },
    { uuid: dropped, name: 'Dropped', value: 'd' },
  ])
  const refused = await upsert({
    patientId,
    templateUuid: uuid,
    values: [{ valueUuid: dropped, textValue: 'x' }],
  })
  assert.equal(refused.errors?.[0]?.extensions.code, 'VALIDATION_FAILED')
  await updateTemplate({
    uuid,
    entities: [
      { uuid: dropped, kind: 'TEXT', name: 'Back' },
      { uuid: kept, kind: 'TEXT', name: 'Kept' },
    ],
  })
  const back = await upsert({ patientId, templateUuid: uuid, values: [] })
  assert.deepEqual(
    back.data?.upsertPatientDataItem.patientDataItem.values.map((one: { value: string }) => one.value),
    ['d', 'k2'],
  )
})

test('an entity never changes its kind, and no template takes the entity of another', async () => {
  const one = await createTemplate([{ kind: 'TEXT', name: 'A' }])
  const other = await createTemplate([{ kind: 'TEXT', name: 'A' }])
  const [entity] = one.entities
  for (const [uuid, kind, rule] of [
    [one.uuid, 'NUMBER', 'KIND_FIXED'],
    [other.uuid, 'TEXT', 'UNIQUE'],
  ]) {
    const { errors } = await updateTemplate({ uuid, entities: [{ uuid: entity?.uuid, kind, name: 'A' }] })
    const [violation] = errors?.[0]?.extensions.violations as { rule: string }[]
    assert.equal(violation?.rule, rule)
  }
})

test('two who begin the item of a patient at once make one item', async () => {
  const patientId = await newPatient()
  const { uuid, entities } = await createTemplate([
    { kind: 'TEXT', name: 'A' },
    { kind: 'TEXT', name: 'B' },
  ])
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, at) =>
      upsert({
        patientId,
        templateUuid: uuid,
        values: [{ valueUuid: entities[at % 2]?.uuid, textValue: `v${at}` }],
      }),
    ),
  )
  const items = answers.map(({ data }) => data?.upsertPatientDataItem.patientDataItem)
  assert.equal(new Set(items.map((item) => item.id)).size, 1)
  // Each answer shows the item as it was when it was read, which may be later than its own change: none is lost.
  assert.equal(Math.max(...items.map((item) => item.version)), 8)
})

test('an item moves its patient’s version, is audited, and acts once under one Idempotency-Key', async () => {
  const patientId = await newPatient()
  const { uuid, entities } = await createTemplate([{ kind: 'TEXT', name: 'A' }])
  const input = { patientId, templateUuid: uuid, values: [{ valueUuid: entities[0]?.uuid, textValue: 'v' }] }
  const key = randomUUID()
  const mutations = [{ key, fingerprint: 'f', path: 'upsertPatientDataItem' }]
  const first = await upsert(input, { mutations })
  const again = await upsert(input, { mutations })
  assert.deepEqual(again.data, first.data)
  assert.equal(again.extensions?.idempotency, 'REPLAYED')
  const { data } = await patients.ask('query ($id: ID!) { patient(id: $id) { version } }', { id: patientId })
  assert.equal(data?.patient.version, 2)
  const [change] = (first.extensions?.recorder as { changes: Record<string, unknown>[] }).changes
  assert.equal(change?.action, 'patient_data_item.created')
  assert.equal(change?.patientId, patientId)
  assert.deepEqual(change?.fields, [entities[0]?.uuid])
  const stale = await upsert({ ...input, expectedVersion: 0 })
  assert.equal(stale.errors?.[0]?.extensions.code, 'CONFLICT')
})

test('another domain sees no category, template or item, and writes none', async () => {
  const patientId = await newPatient()
  const { uuid } = await createTemplate([])
  const stranger = { domainId: 2 }
  const seen = await patients.ask(
    `query ($c: String!, $t: String!) { patientDataCategory(uuid: $c) { uuid } patientDataTemplate(categoryUuid: $c, uuid: $t) { uuid }
      patientDataTemplates { nodes { uuid } } patientDataCategories(includeArchived: true) { nodes { uuid } } }`,
    { c: categoryUuid, t: uuid },
    stranger,
  )
  assert.deepEqual(seen.data, {
    patientDataCategory: null,
    patientDataTemplate: null,
    patientDataTemplates: { nodes: [] },
    patientDataCategories: { nodes: [] },
  })
  const refused = await upsert({ patientId, templateUuid: uuid, values: [] }, stranger)
  assert.equal(refused.errors?.[0]?.extensions.code, 'NOT_FOUND')
})

test('a number is shown in the words of its entity and of the caller', async () => {
  const patientId = await newPatient()
  const { uuid, entities } = await createTemplate([
    {
      ...{ kind: 'NUMBER', name: 'Smoking', nameFr: 'Tabac', singularFormat: 'pack', pluralFormat: 'packs' },
      ...{ singularFormatFr: '%{value} paquet par jour', pluralFormatFr: '%{value} paquets par jour' },
    },
  ])
  const show = async (numberValue: number, language: 'en' | 'fr') => {
    const values = [{ valueUuid: entities[0]?.uuid, numberValue }]
    const { data } = await upsert({ patientId, templateUuid: uuid, values }, { language })
    const [{ name, displayValue }] = data?.upsertPatientDataItem.patientDataItem.values
    return `${name}: ${displayValue}`
  }
  assert.equal(await show(1, 'en'), 'Smoking: 1 pack')
  assert.equal(await show(1.5, 'en'), 'Smoking: 1.5 packs')
  assert.equal(await show(1.5, 'fr'), 'Tabac: 1,5 paquet par jour')
  assert.equal(await show(2, 'fr'), 'Tabac: 2 paquets par jour')
})

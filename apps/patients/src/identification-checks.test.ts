import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createPatient, person, startPatients } from './test-patients.ts'

let patients: Awaited<ReturnType<typeof startPatients>>
before(async () => {
  patients = await startPatients()
})
after(() => patients.stop())

async function createTemplate(input: object): Promise<number> {
  const { data, errors } = await patients.support(
    `mutation ($input: CreateIdentificationTemplateInput!) {
      createIdentificationTemplate(input: $input) { identificationTemplate { id } } }`,
    { input: { name: 'T', ...input } },
  )
  assert.equal(errors, undefined, JSON.stringify(errors))
  return Number(data?.createIdentificationTemplate.identificationTemplate.id)
}

const deactivate = (id: number) =>
  patients.support(
    `mutation ($id: ID!) { updateIdentificationTemplate(input: { id: $id, deactivated: true }) { identificationTemplate { id } } }`,
    { id: String(id) },
  )
const create = (identifications: object[]) =>
  patients.ask(createPatient, { input: { ...person, identifications } })
const warningsOf = (answer: Awaited<ReturnType<typeof create>>) =>
  ((answer.extensions?.warnings ?? []) as { code: string; path: string }[])
    // Everybody here has the same name and date of birth.
    .filter(({ code }) => code !== 'POSSIBLE_DUPLICATE')
    .map(({ code, path }) => `${code} ${path}`)
const violationsOf = (answer: Awaited<ReturnType<typeof create>>) =>
  ((answer.errors?.[0]?.extensions.violations ?? []) as { rule: string; path: string }[]).map(
    ({ rule, path }) => `${rule} ${path}`,
  )

test('a number that fails a check is kept with a warning, and refused only where the template says so', async () => {
  const checks = {
    healthCard: 'ONTARIO',
    identificationCustomData: [{ uuid: 'u', name: 'U', valueFormat: '[A-Z]+' }],
  }
  const lenient = await createTemplate(checks)
  const strict = await createTemplate({ ...checks, refuseInvalid: true })
  const wrong = (templateId: number) => [
    { templateId, value: '1234567890', identificationCustomData: [{ uuid: 'u', value: 'low' }] },
  ]
  const kept = await create(wrong(lenient))
  assert.equal(kept.errors, undefined)
  const told = [
    'IDENTIFICATION_CHECK_DIGIT input.identifications.0.value',
    'IDENTIFICATION_FORMAT input.identifications.0.identificationCustomData.0.value',
  ]
  assert.deepEqual(warningsOf(kept), told)
  assert.deepEqual(violationsOf(await create(wrong(strict))), told)
  const right = await create([{ templateId: strict, value: '1234567897' }])
  assert.equal(right.errors, undefined)
  assert.deepEqual(warningsOf(right), [])
})

test('a warning and a refusal never carry the number', async () => {
  const templateId = await createTemplate({ valueFormat: 'A\\d+' })
  const { extensions } = await create([{ templateId, value: 'secret-77' }])
  assert.ok(extensions?.warnings)
  assert.doesNotMatch(JSON.stringify(extensions.warnings), /secret/)
})

test('a template that generates its numbers never gives one twice, nor one that somebody bears', async () => {
  const templateId = await createTemplate({ autoGenerate: true })
  await create([{ templateId, value: '3' }])
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, at) => create(at % 2 ? [] : [{ templateId, value: '' }])),
  )
  const values = answers.map((answer) => {
    assert.equal(answer.errors, undefined, JSON.stringify(answer.errors))
    const own = answer.data?.createPatient.patient.identifications as {
      value: string
      template: { id: string }
    }[]
    return own.find(({ template }) => template.id === String(templateId))?.value
  })
  assert.equal(new Set(values).size, 12)
  assert.ok(
    values.every((value) => /^\d+$/.test(String(value)) && value !== '3'),
    values.join(),
  )
  await deactivate(templateId)
  const { data } = await create([])
  assert.ok(
    data?.createPatient.patient.identifications.every(
      ({ template }: { template: { id: string } }) => template.id !== String(templateId),
    ),
  )
})

test('a blank number is refused where the template generates none', async () => {
  const templateId = await createTemplate({})
  assert.deepEqual(violationsOf(await create([{ templateId, value: ' ' }])), [
    'REQUIRED input.identifications.0.value',
  ])
})

test('a template out of use is not listed, is not required, and warns when it is used', async () => {
  const templateId = await createTemplate({ required: true })
  await deactivate(templateId)
  const made = await create([])
  assert.equal(made.errors, undefined)
  assert.deepEqual(warningsOf(await create([{ templateId, value: '7' }])), [
    'TEMPLATE_DEACTIVATED input.identifications.0.templateId',
  ])
  const { data } = await patients.ask(
    '{ identificationTemplates { id } all: identificationTemplates(includeDeactivated: true) { id } }',
  )
  const has = (list: { id: string }[]) => list.some(({ id }) => id === String(templateId))
  assert.deepEqual([has(data?.identificationTemplates), has(data?.all)], [false, true])
})

test('a verification says what our checks found, in the caller’s language', async () => {
  const verify = async (input: object, value: string, language: 'en' | 'fr' = 'en') => {
    const templateId = await createTemplate(input)
    const { data } = await create([{ templateId, value }])
    const own = (data?.createPatient.patient.identifications as { id: string; value: string }[]).find(
      (each) => each.value === value,
    )
    const answer = await patients.ask(
      'query ($id: ID!) { patientIdentificationVerification(id: $id) { status statusMessages } }',
      { id: own?.id },
      { language },
    )
    return answer.data?.patientIdentificationVerification as { status: string; statusMessages: string[] }
  }
  assert.equal((await verify({ healthCard: 'ONTARIO' }, '1234567897')).status, 'VALID')
  const wrong = await verify({ healthCard: 'BRITISH_COLUMBIA' }, '9698648215', 'fr')
  assert.equal(wrong.status, 'INVALID')
  assert.match(wrong.statusMessages[0] ?? '', /^Un chiffre semble mal saisi/)
  assert.equal((await verify({}, 'anything')).status, 'UNCHECKED')
  const nobody = await patients.ask('{ patientIdentificationVerification(id: "999999") { status } }')
  assert.equal(nobody.data?.patientIdentificationVerification, null)
})

test('no format is kept by which the service could be hung', async () => {
  for (const valueFormat of ['(a', '(?=x)', 'a'.repeat(201), '((a{99}){99}){99}']) {
    const { errors } = await patients.support(
      `mutation ($f: String!) { createIdentificationTemplate(input: { name: "T", valueFormat: $f }) { clientMutationId } }`,
      { f: valueFormat },
    )
    const [violation] = errors?.[0]?.extensions.violations as { rule: string; path: string }[]
    assert.deepEqual([violation?.path, violation?.rule], ['input.valueFormat', 'PATTERN'])
  }
})

test('a tag out of use stays with those who bear it, is not listed, and warns when it is set', async () => {
  const made = await patients.support(
    'mutation { createStatusTag(input: { name: "Old", nameFr: "Vieux" }) { statusTag { id } } }',
  )
  const tagId = made.data?.createStatusTag.statusTag.id as string
  const input = { ...person, statusTagIds: [tagId] }
  const tagged = await patients.ask(createPatient, { input })
  await patients.support(
    'mutation ($id: ID!) { updateStatusTag(input: { id: $id, deactivated: true }) { statusTag { deactivated } } }',
    { id: tagId },
  )
  const seen = await patients.ask(
    'query ($id: ID!) { patient(id: $id) { statusTags { name } } statusTags { nodes { id } } }',
    { id: tagged.data?.createPatient.patient.id },
    { language: 'fr' },
  )
  assert.deepEqual(seen.data, { patient: { statusTags: [{ name: 'Vieux' }] }, statusTags: { nodes: [] } })
  const { extensions } = await patients.ask(createPatient, { input })
  const codes = (extensions?.warnings as { code: string }[]).map(({ code }) => code)
  assert.ok(codes.includes('STATUS_TAG_DEACTIVATED'), codes.join())
})

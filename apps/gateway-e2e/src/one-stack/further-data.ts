import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { demoDataTemplates, demoTemplates, seedDemoSettings } from '@commonchart/tools/demo'
import { change } from '../clinic.ts'
import {
  assertPaged,
  createCategory,
  createTemplate,
  readField,
  typeNames,
  wholeCategory,
  wholeEntities,
  wholeTemplate,
} from '../further-data.ts'
import { attempt, codeOf, type AskGraph } from '../mutations.ts'
import { openStack } from '../shared-stack.ts'
import type { Stack } from '../stack.ts'

type Values = Record<string, unknown>

let stack: Stack
before(async () => {
  stack = await openStack()
})
after(() => stack.stop())

const ask: AskGraph = (query, variables) => stack.north.ask(query, variables)
const askSettings: AskGraph = (query, variables) => stack.north.askSettings(query, variables)
const graphs = [ask, askSettings]

const listed = async (from: AskGraph, field: string) => {
  const { nodes } = await readField(from, field, 'nodes { uuid }')
  return (nodes as { uuid: string }[]).map(({ uuid }) => uuid)
}

test('a category and its templates are stored as they are sent, and changed alone', async () => {
  const { north } = stack
  const sent = { uuid: randomUUID(), name: 'Habits', nameFr: 'Habitudes' }
  const category = await createCategory(north, { ...sent, clientMutationId: 'c' })
  assert.deepEqual(category, { ...sent, archived: false, version: 1, patientDataTemplates: [] })
  const renamed = { uuid: sent.uuid, name: 'Ways', nameFr: 'Manières', archived: true }
  const updated = await change(
    north,
    'updatePatientDataCategory',
    { ...renamed, clientMutationId: 'u' },
    `clientMutationId patientDataCategory { ${wholeCategory} }`,
  )
  assert.deepEqual(updated, {
    clientMutationId: 'u',
    patientDataCategory: { ...renamed, version: 2, patientDataTemplates: [] },
  })
  await change(
    north,
    'updatePatientDataCategory',
    { uuid: sent.uuid, archived: false },
    'patientDataCategory { archived }',
  )
  const uuids = { uuid: randomUUID(), categoryUuid: sent.uuid }
  const entities = wholeEntities.map((entity) => ({ ...entity, uuid: randomUUID() }))
  const given = {
    ...uuids,
    name: 'Smoking',
    nameFr: 'Tabagisme',
    module: 'CONTACT',
    entities,
    clientMutationId: 't',
  }
  const template = await createTemplate(north, given)
  const { entities: got, ...rest } = template
  const { categoryUuid: _category, clientMutationId: _mutation, entities: _entities, ...plain } = given
  assert.deepEqual(rest, { ...plain, archived: false, version: 1 })
  assert.deepEqual(
    got,
    entities.map(({ kind, ...entity }) => ({ __typename: typeNames[kind], ...entity })),
  )
  for (const from of graphs) {
    const found = await readField(
      from,
      `patientDataTemplate(categoryUuid: "${sent.uuid}", uuid: "${uuids.uuid}")`,
      wholeTemplate.replaceAll(/\bnameFr\b|\barchived\b|\w+FormatFr/g, ''),
    )
    assert.equal(found.name, 'Smoking')
    assert.equal((found.entities as unknown[]).length, 5)
    const seen = await readField(
      from,
      `patientDataCategory(uuid: "${sent.uuid}")`,
      'uuid name archived version patientDataTemplates { uuid name module version entities { ... on PatientDataEntityInterface { uuid name required internalUseOnly } } }',
    )
    assert.deepEqual([seen.version, (seen.patientDataTemplates as unknown[]).length], [3, 1])
  }
  const [text] = entities
  const changed = { uuid: uuids.uuid, name: 'Tobacco', nameFr: 'Tabac', module: 'ADDRESS', archived: true }
  const { patientDataTemplate, clientMutationId } = await change(
    north,
    'updatePatientDataTemplate',
    { ...changed, entities: [{ ...text, name: 'Remark' }], clientMutationId: 'v' },
    `clientMutationId patientDataTemplate { ${wholeTemplate} }`,
  )
  const { kind: _kind, ...kept } = { __typename: typeNames.TEXT, ...text } as Values
  assert.equal(clientMutationId, 'v')
  assert.deepEqual(patientDataTemplate, { ...changed, version: 2, entities: [{ ...kept, name: 'Remark' }] })
})

test('every module, format, range and default of a date is stored', async () => {
  const { uuid: categoryUuid } = await createCategory(stack.north, { name: 'Dates' })
  const dates = [
    { dateFormat: 'YEAR_MONTH_DAY', range: ['FUTURE'], defaultValue: 'NONE' },
    { dateFormat: 'YEAR_MONTH', range: ['PAST', 'FUTURE'], defaultValue: 'TODAY' },
    { dateFormat: 'YEAR', range: ['PAST'], defaultValue: 'TODAY' },
  ]
  for (const module of ['ADDRESS', 'APPOINTMENT', 'CONTACT', 'FORM']) {
    const entities = dates.map((date) => ({ kind: 'DATE', name: 'D', ...date }))
    const { uuid } = await createTemplate(stack.north, { categoryUuid, name: module, module, entities })
    for (const from of graphs) {
      const found = await readField(
        from,
        `patientDataTemplate(categoryUuid: "${categoryUuid}", uuid: "${uuid}")`,
        'module entities { ... on PatientDataEntityDate { dateFormat range defaultValue } }',
      )
      assert.deepEqual(found, { module, entities: dates })
    }
  }
})

test('a setting that breaks a rule is refused with the path of each', async () => {
  const { uuid: categoryUuid } = await createCategory(stack.north, { name: 'Rules' })
  const create = (input: Values) =>
    attempt(
      askSettings,
      'createPatientDataTemplate',
      { categoryUuid, name: 'R', module: 'FORM', entities: [], ...input },
      'patientDataTemplate { uuid }',
    )
  const entity = (fields: Values) => ({ entities: [{ kind: 'NUMBER', name: 'N', minValue: 1, ...fields }] })
  assert.equal(codeOf(await create(entity({}))), 'accepted')
  assert.equal(codeOf(await create(entity({ kind: 'TEXT' }))), 'VALIDATION_FAILED')
  assert.equal(codeOf(await create({})), 'accepted')
  assert.equal(codeOf(await create({ categoryUuid: randomUUID() })), 'NOT_FOUND')
  const { body } = await create({
    entities: [
      { kind: 'SINGLE_SELECTION', name: ' ', values: [] },
      { kind: 'NUMBER', name: 'N', minValue: 2, maxValue: 1 },
    ],
  })
  const violations = body.errors?.[0]?.extensions.violations as { path: string; rule: string }[]
  assert.deepEqual(
    violations.map(({ path, rule }) => `${path} ${rule}`),
    [
      'input.entities.0.name REQUIRED',
      'input.entities.0.values REQUIRED',
      'input.entities.1.maxValue OUT_OF_RANGE',
    ],
  )
})

test('categories and templates are listed by name, in pages, by each filter, and by what is not archived', async () => {
  const { south } = stack
  const asks: AskGraph[] = [
    (query, variables) => south.ask(query, variables),
    (query, variables) => south.askSettings(query, variables),
  ]
  const made = []
  for (const name of ['Beta', 'Alpha', 'Gamma']) made.push((await createCategory(south, { name })).uuid)
  const [beta, alpha, gamma] = made as [string, string, string]
  await change(
    south,
    'updatePatientDataCategory',
    { uuid: gamma, archived: true },
    'patientDataCategory { archived }',
  )
  const templates = []
  for (const [name, categoryUuid] of [
    ['Two', beta],
    ['One', beta],
    ['Three', alpha],
    ['Hidden', gamma],
  ] as const)
    templates.push((await createTemplate(south, { name, categoryUuid, module: 'FORM', entities: [] })).uuid)
  const [two, one, three] = templates
  for (const from of asks) {
    assert.deepEqual(await listed(from, 'patientDataCategories'), [alpha, beta])
    assert.deepEqual(await listed(from, 'patientDataCategories(includeArchived: true)'), [alpha, beta, gamma])
    assert.deepEqual(await listed(from, 'patientDataCategories(name: " BET")'), [beta])
    assert.deepEqual(await listed(from, 'patientDataTemplates'), [one, three, two])
    assert.deepEqual(await listed(from, 'patientDataTemplates(name: "t")'), [three, two])
    assert.deepEqual(await listed(from, 'patientDataTemplates(categoryName: "bet")'), [one, two])
    assert.deepEqual(await listed(from, `patientDataTemplates(categoryUuid: "${alpha}")`), [three])
    await assertPaged(from, (pages) => `patientDataCategories${pages}`, { path: ['patientDataCategories'] })
    await assertPaged(from, (pages) => `patientDataTemplates${pages}`, { path: ['patientDataTemplates'] })
    for (const uuid of [alpha, beta])
      assert.equal((await readField(from, `patientDataCategory(uuid: "${uuid}")`, 'uuid')).uuid, uuid)
    for (const [categoryUuid, uuid] of [
      [beta, two],
      [beta, one],
      [alpha, three],
    ])
      assert.equal(
        (
          await readField(
            from,
            `patientDataTemplate(categoryUuid: "${categoryUuid}", uuid: "${uuid}")`,
            'uuid',
          )
        ).uuid,
        uuid,
      )
    assert.equal(
      await readField(from, `patientDataTemplate(categoryUuid: "${alpha}", uuid: "${two}")`, 'uuid'),
      null,
    )
  }
})

test('the settings of the demo clinic go in, and doing it again changes nothing', async () => {
  const { south } = stack
  const made: string[] = []
  for (const { name } of demoTemplates) {
    const input = { name }
    const { identificationTemplate } = await change(
      south,
      'createIdentificationTemplate',
      input,
      'identificationTemplate { id }',
    )
    made.push(identificationTemplate.id as string)
  }
  const seed = () =>
    seedDemoSettings(async (query, variables) => {
      const { body, text } = await south.askSettings(query, variables)
      assert.equal(body.errors, undefined, text)
      return body.data as Values
    }, made)
  const look = async () => {
    const { body, text } = await south.askSettings(`{
      identificationTemplates { name nameFr healthCard version } statusTags { nodes { name nameFr version } }
      patientDataCategories { nodes { name version } } patientDataTemplates { nodes { ${wholeTemplate} } } }`)
    assert.equal(body.errors, undefined, text)
    return body.data as { patientDataTemplates: { nodes: { name: string; entities: unknown[] }[] } }
  }
  await seed()
  const once = await look()
  for (const { name, entities } of demoDataTemplates)
    assert.equal(
      once.patientDataTemplates.nodes.find((one) => one.name === name)?.entities.length,
      entities.length,
    )
  await seed()
  assert.deepEqual(await look(), once)
})

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { change } from './clinic.ts'
import {
  assertPaged,
  createCategory,
  createTemplate,
  wholeCategory,
  wholeItem,
  wholeTemplate,
} from './further-data.ts'
import { assertGuardsVersion, attempt, codeOf, perform, type AskGraph } from './mutations.ts'
import { createPatient } from './records.ts'
import { startStack, type Stack } from './stack.ts'

type Values = Record<string, unknown>

let stack: Stack
before(async () => {
  stack = await startStack()
})
after(() => stack.stop())

const ask: AskGraph = (query, variables) => stack.north.ask(query, variables)
const askSettings: AskGraph = (query, variables) => stack.north.askSettings(query, variables)
const graphs = [ask, askSettings]

/** Reads one field of a query; fails when it is refused. */
async function read(from: AskGraph, field: string, selection: string): Promise<Values> {
  const { body, text } = await from(`{ it: ${field} { ${selection} } }`)
  assert.equal(body.errors, undefined, text)
  return body.data?.it as Values
}
const listed = async (from: AskGraph, field: string) => {
  const { nodes } = await read(from, field, 'nodes { uuid }')
  return (nodes as { uuid: string }[]).map(({ uuid }) => uuid)
}

const numberEntity = {
  ...{ kind: 'NUMBER', name: 'Packs', nameFr: 'Paquets', minValue: 0.5, maxValue: 9.5 },
  ...{ singularFormat: '%{value} pack', pluralFormat: '%{value} packs' },
  ...{ singularFormatFr: '%{value} paquet', pluralFormatFr: '%{value} paquets' },
}
const whole = [
  {
    kind: 'TEXT',
    name: 'Note',
    nameFr: 'Remarque',
    required: true,
    internalUseOnly: true,
    allowMultiLines: true,
  },
  {
    ...{ kind: 'DATE', name: 'Since', nameFr: 'Depuis', required: true, internalUseOnly: true },
    ...{ dateFormat: 'YEAR_MONTH', range: ['PAST'], defaultValue: 'TODAY', defaultValueOffset: -30 },
    setAsDateOfOccurred: true,
  },
  { ...numberEntity, required: true, internalUseOnly: true },
  {
    ...{ kind: 'SINGLE_SELECTION', name: 'Kind', nameFr: 'Sorte', required: true, internalUseOnly: true },
    values: ['Pipe', 'Cigar'],
  },
  {
    ...{ kind: 'MULTI_SELECTION', name: 'Where', nameFr: 'Lieux', required: true, internalUseOnly: true },
    values: ['Home', 'Work'],
  },
]

const typeNames: Record<string, string> = {
  TEXT: 'PatientDataEntityText',
  DATE: 'PatientDataEntityDate',
  NUMBER: 'PatientDataEntityNumber',
  SINGLE_SELECTION: 'PatientDataEntitySingleSelection',
  MULTI_SELECTION: 'PatientDataEntityMultiSelection',
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
  const entities = whole.map((entity) => ({ ...entity, uuid: randomUUID() }))
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
    const found = await read(
      from,
      `patientDataTemplate(categoryUuid: "${sent.uuid}", uuid: "${uuids.uuid}")`,
      wholeTemplate.replaceAll(/\bnameFr\b|\barchived\b|\w+FormatFr/g, ''),
    )
    assert.equal(found.name, 'Smoking')
    assert.equal((found.entities as unknown[]).length, 5)
    const seen = await read(
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
      const found = await read(
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
      assert.equal((await read(from, `patientDataCategory(uuid: "${uuid}")`, 'uuid')).uuid, uuid)
    for (const [categoryUuid, uuid] of [
      [beta, two],
      [beta, one],
      [alpha, three],
    ])
      assert.equal(
        (await read(from, `patientDataTemplate(categoryUuid: "${categoryUuid}", uuid: "${uuid}")`, 'uuid'))
          .uuid,
        uuid,
      )
    assert.equal(
      await read(from, `patientDataTemplate(categoryUuid: "${alpha}", uuid: "${two}")`, 'uuid'),
      null,
    )
  }
})

/** A template with an entity of each kind, none of them required, and its uuid. */
async function createPlain() {
  const { uuid: categoryUuid } = await createCategory(stack.north, { name: 'Plain' })
  const entities = whole.map((entity) => ({ ...entity, required: false }))
  const input = { categoryUuid, name: 'Plain', module: 'FORM', entities }
  return { categoryUuid, ...(await createTemplate(stack.north, input)) }
}

const fields = ['textValue', 'dateValue', 'numberValue', 'singleSelectValue', 'multiSelectValue']
const good = ['line\nline', '2001-05', 2, 'Pipe', ['Home', 'Work']]
const bad = ['x'.repeat(20_001), '2999-01', 99, 'Water pipe', ['Home', 'Home']]

test('an item holds a value of every kind, shows it, and refuses what its entity does not allow', async () => {
  for (const from of graphs) {
    const { id: patientId } = await createPatient(stack.north)
    const { uuid, categoryUuid, entities } = await createPlain()
    const values = fields.map((field, at) => ({ valueUuid: entities[at]?.uuid, [field]: good[at] }))
    const input = { patientId, templateUuid: uuid, values, clientMutationId: 'i' }
    const selection = `clientMutationId patientDataItem { ${wholeItem} }`
    const { patientDataItem: item, clientMutationId } = await perform(
      from,
      'upsertPatientDataItem',
      input,
      selection,
    )
    assert.equal(clientMutationId, 'i')
    const shown = (at: number) => ({
      __typename: typeNames[whole[at]?.kind ?? '']?.replace('Entity', 'Value'),
      uuid: entities[at]?.uuid,
      name: whole[at]?.name,
    })
    assert.deepEqual(item.values, [
      { ...shown(0), value: 'line\nline' },
      { ...shown(1), date: '2001-05' },
      { ...shown(2), number: 2, displayValue: '2 packs' },
      { ...shown(3), value: 'Pipe' },
      { ...shown(4), values: ['Home', 'Work'] },
    ])
    assert.deepEqual(
      [item.patientId, item.category.uuid, item.template.uuid, item.version],
      [patientId, categoryUuid, uuid, 1],
    )
    const write = (more: Values) =>
      attempt(from, 'upsertPatientDataItem', { ...input, ...more }, 'patientDataItem { id }')
    for (const [at, field] of fields.entries()) {
      const one = (value: unknown) => write({ values: [{ valueUuid: entities[at]?.uuid, [field]: value }] })
      assert.equal(codeOf(await one(good[at])), 'accepted')
      assert.equal(codeOf(await one(bad[at])), 'VALIDATION_FAILED', field)
    }
    const text = (valueUuid?: string) => write({ values: [{ valueUuid, textValue: 't' }] })
    assert.equal(codeOf(await text(entities[0]?.uuid)), 'accepted')
    assert.equal(codeOf(await text(randomUUID())), 'VALIDATION_FAILED')
    assert.equal(codeOf(await write({})), 'accepted')
    assert.equal(codeOf(await write({ templateUuid: randomUUID() })), 'NOT_FOUND')
    assert.equal(codeOf(await write({ patientId: '999999' })), 'NOT_FOUND')
    const { errors } = (
      await write({
        values: fields.map((field, at) => ({ valueUuid: entities[at]?.uuid, [field]: bad[at] })),
      })
    ).body
    const violations = errors?.[0]?.extensions.violations as { path: string; rule: string }[]
    assert.deepEqual(
      violations.map(({ path, rule }) => `${path} ${rule}`),
      [
        'input.values.0.textValue MAX_LENGTH',
        'input.values.1.dateValue DATE_RANGE',
        'input.values.2.numberValue OUT_OF_RANGE',
        'input.values.3.singleSelectValue NOT_A_CHOICE',
        'input.values.4.multiSelectValue.1 UNIQUE',
      ],
    )
  }
})

test('the items of a patient are listed in pages, by category and by template', async () => {
  const { id: patientId } = await createPatient(stack.north)
  const templates = [await createPlain(), await createPlain()]
  const ids: string[] = []
  for (const { uuid } of templates) {
    const input = { patientId, templateUuid: uuid, values: [] }
    const { patientDataItem } = await perform(ask, 'upsertPatientDataItem', input, 'patientDataItem { id }')
    ids.push(patientDataItem.id as string)
  }
  for (const from of graphs) {
    const found = async (args: string) => {
      const { patientDataItems } = (await read(
        from,
        `patient(id: "${patientId}")`,
        `patientDataItems${args} { nodes { id } }`,
      )) as { patientDataItems: { nodes: { id: string }[] } }
      return patientDataItems.nodes.map(({ id }) => id)
    }
    assert.deepEqual(await found(''), ids)
    assert.deepEqual(await found(`(categoryUuid: "${templates[1]?.categoryUuid}")`), [ids[1]])
    assert.deepEqual(await found(`(templateUuid: "${templates[0]?.uuid}")`), [ids[0]])
    const path = ['patient', 'patientDataItems']
    const list = (pages: string) => `patient(id: "${patientId}") { patientDataItems${pages} }`
    await assertPaged(from, list, { path, key: 'id' })
  }
})

test('no change of a category, a template or an item is made on a version that has passed', async () => {
  const { id: patientId } = await createPatient(stack.north)
  const { uuid, categoryUuid } = await createPlain()
  const item = { patientId, templateUuid: uuid, values: [] }
  await perform(ask, 'upsertPatientDataItem', item, 'patientDataItem { id }')
  const category = `patientDataCategory(uuid: "${categoryUuid}")`
  const template = `patientDataTemplate(categoryUuid: "${categoryUuid}", uuid: "${uuid}")`
  const readItem = async (from: AskGraph) => {
    const { patientDataItems } = (await read(
      from,
      `patient(id: "${patientId}")`,
      'patientDataItems { nodes { id version } }',
    )) as { patientDataItems: { nodes: { version: number }[] } }
    return patientDataItems.nodes[0] as { version: number }
  }
  const versioned = async (field: string) =>
    (await read(askSettings, field, 'name version')) as { version: number }
  const guarded: [AskGraph, string, Values, string, () => Promise<{ version: number }>][] = [
    [
      askSettings,
      'updatePatientDataCategory',
      { uuid: categoryUuid, name: 'N' },
      'patientDataCategory { uuid }',
      () => versioned(category),
    ],
    [
      askSettings,
      'updatePatientDataTemplate',
      { uuid, name: 'N' },
      'patientDataTemplate { uuid }',
      () => versioned(template),
    ],
    ...graphs.map((from): [AskGraph, string, Values, string, () => Promise<{ version: number }>] => [
      from,
      'upsertPatientDataItem',
      item,
      'patientDataItem { id }',
      () => readItem(from),
    ]),
  ]
  for (const [from, mutation, input, selection, readIt] of guarded)
    await assertGuardsVersion(
      (expectedVersion) => attempt(from, mutation, { ...input, expectedVersion }, selection),
      readIt,
    )
})

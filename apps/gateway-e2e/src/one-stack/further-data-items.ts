import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import {
  assertPaged,
  createCategory,
  createTemplate,
  readField,
  typeNames,
  wholeEntities,
  wholeItem,
} from '../further-data.ts'
import { assertGuardsVersion, attempt, codeOf, perform, type AskGraph } from '../mutations.ts'
import { createPatient } from '../records.ts'
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

/** A template with an entity of each kind, none of them required, and its uuid. */
async function createPlain() {
  const { uuid: categoryUuid } = await createCategory(stack.north, { name: 'Plain' })
  const entities = wholeEntities.map((entity) => ({ ...entity, required: false }))
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
      __typename: typeNames[wholeEntities[at]?.kind ?? '']?.replace('Entity', 'Value'),
      uuid: entities[at]?.uuid,
      name: wholeEntities[at]?.name,
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
      const { patientDataItems } = (await readField(
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
    const { patientDataItems } = (await readField(
      from,
      `patient(id: "${patientId}")`,
      'patientDataItems { nodes { id version } }',
    )) as { patientDataItems: { nodes: { version: number }[] } }
    return patientDataItems.nodes[0] as { version: number }
  }
  const versioned = async (field: string) =>
    (await readField(askSettings, field, 'name version')) as { version: number }
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

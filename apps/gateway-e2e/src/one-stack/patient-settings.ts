import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { change } from '../clinic.ts'
import { fieldsOf, fill } from '../inputs.ts'
import { assertGuardsVersion, attempt, codeOf, type AskGraph } from '../mutations.ts'
import { assertPages } from '../pages.ts'
import { createPatient } from '../records.ts'
import { readSettingsSchema, selectAll } from '../schema.ts'
import { openStack } from '../shared-stack.ts'
import type { Stack } from '../stack.ts'
import type { StackDomain } from '../stack-domains.ts'

type Values = Record<string, unknown>
type Versioned = Values & { version: number }

const schema = readSettingsSchema()
let stack: Stack
before(async () => {
  stack = await openStack()
})
after(() => stack.stop())

const ask: AskGraph = (query, variables) => stack.north.ask(query, variables)
const askSettings: AskGraph = (query, variables) => stack.north.askSettings(query, variables)

async function createTemplate(domain: StackDomain, input: Values): Promise<Versioned & { id: string }> {
  const selection = `identificationTemplate { ${selectAll(schema, 'IdentificationTemplate')} }`
  const { identificationTemplate } = await change(domain, 'createIdentificationTemplate', input, selection)
  return identificationTemplate as Versioned & { id: string }
}

/** Reads one record whole by its id, by a field of the settings graph. */
async function readOne(field: string, type: string, id: string): Promise<Versioned> {
  const { body, text } = await askSettings(
    `query ($id: ID!) { ${field}(id: $id) { ${selectAll(schema, type)} } }`,
    { id },
  )
  assert.equal(body.errors, undefined, text)
  return body.data?.[field] as Versioned
}

async function readTag(id: string): Promise<Versioned> {
  const { body } = await askSettings(`{ statusTags { nodes { ${selectAll(schema, 'StatusTag')} } } }`)
  const tag = (body.data?.statusTags.nodes as Versioned[]).find((one) => one.id === id)
  assert.ok(tag)
  return tag
}

test('templates are listed by id, each is found by its id, and another domain sees none', async () => {
  const sent = [
    { name: 'Health card', paymentIssuerCode: 'BC', primary: true },
    { name: 'Chart number', autoGenerate: true },
    {
      name: 'A card',
      identificationCustomData: [
        { uuid: 'u', name: 'Plan', nameFr: 'Régime', type: 'text', valueFormat: '.+' },
      ],
    },
  ]
  const made = []
  for (const input of sent) made.push(await createTemplate(stack.north, input))
  for (const [at, input] of sent.entries()) {
    for (const [name, value] of Object.entries(input)) assert.deepEqual(made[at]?.[name], value, name)
    assert.deepEqual(
      await readOne('identificationTemplate', 'IdentificationTemplate', made[at]?.id ?? ''),
      made[at],
    )
  }
  const list = `{ identificationTemplates { ${selectAll(schema, 'IdentificationTemplate')} } }`
  assert.deepEqual((await askSettings(list)).body.data?.identificationTemplates, made)
  assert.deepEqual((await stack.south.askSettings(list)).body.data?.identificationTemplates, [])
})

test('a patient without a number that is required is refused, until it is no longer required', async () => {
  const { south } = stack
  const template = await createTemplate(south, { name: 'Health card', required: true })
  assert.equal(template.required, true)
  const create = (identifications: Values[]) =>
    attempt(
      (query, variables) => south.ask(query, variables),
      'createPatient',
      {
        ...{ firstName: 'Pat', lastName: 'Doe', dateOfBirth: '1980-02-29', gender: 'OTHER' },
        identifications,
      },
      'patient { identifications { template { required } } }',
    )
  const refused = await create([])
  assert.equal(codeOf(refused), 'VALIDATION_FAILED')
  const violations = refused.body.errors?.[0]?.extensions.violations as { path: string; rule: string }[]
  assert.deepEqual(
    violations.map(({ path, rule }) => `${path} ${rule}`),
    ['input.identifications REQUIRED'],
  )
  const made = await create([{ templateId: Number(template.id), value: '9000000001' }])
  assert.deepEqual(made.body.data?.createPatient.patient.identifications, [{ template: { required: true } }])
  for (const [required, code] of [
    [false, 'accepted'],
    [true, 'VALIDATION_FAILED'],
  ] as const) {
    const selection = 'identificationTemplate { required }'
    const { identificationTemplate } = await change(
      south,
      'updateIdentificationTemplate',
      { id: template.id, required },
      selection,
    )
    assert.deepEqual(identificationTemplate, { required })
    assert.equal(codeOf(await create([])), code)
  }
})

test('tags are listed by name, as they were made', async () => {
  const made: Values[] = []
  for (const input of [{ name: 'Smoker', color: '#ff0000' }, { name: 'Asthma' }, { name: 'Diabetes' }]) {
    const selection = `statusTag { ${selectAll(schema, 'StatusTag')} }`
    const { statusTag } = await change(stack.north, 'createStatusTag', input, selection)
    assert.deepEqual([statusTag.name, statusTag.color], [input.name, input.color ?? null])
    made.push(statusTag as Values)
  }
  const { body } = await askSettings(`{ statusTags { nodes { ${selectAll(schema, 'StatusTag')} } } }`)
  assert.deepEqual(body.data?.statusTags.nodes, [made[1], made[2], made[0]])
})

test('what is set of a patient’s standing changes alone, and is taken back alone', async () => {
  const { id } = await createPatient(stack.north, { email: 'pat@example.test' })
  const input = 'SetPatientStandingInput'
  const values = fill(schema, input, 1, {})
  const names = fieldsOf(schema, input).map(({ name }) => name)
  // That somebody has died and when belong together; they have a test of their own.
  const others = ['id', 'expectedVersion', 'clientMutationId', 'deceased', 'deceasedAt']
  for (const name of names.filter((one) => !others.includes(one))) {
    const before = await readOne('patient', 'Patient', id)
    const unset = typeof values[name] === 'boolean' ? false : null
    assert.equal(before[name], unset, name)
    for (const value of [values[name], unset]) {
      const { patient, clientMutationId } = await change(
        stack.north,
        'setPatientStanding',
        { id, [name]: value, clientMutationId: name },
        'clientMutationId patient { version updatedAt }',
      )
      assert.equal(clientMutationId, name)
      assert.deepEqual(await readOne('patient', 'Patient', id), { ...before, ...patient, [name]: value })
    }
  }
})

test('a date of death says that somebody has died, and that somebody lives takes it back', async () => {
  const { id } = await createPatient(stack.north)
  const set = (death: Values) =>
    attempt(askSettings, 'setPatientStanding', { id, ...death }, 'patient { deceased deceasedAt }')
  for (const [sent, deceased, deceasedAt] of [
    [{ deceasedAt: '2020-05' }, true, '2020-05'],
    [{ deceasedAt: null }, true, null],
    [{ deceasedAt: '2020' }, true, '2020'],
    [{ deceased: false }, false, null],
    [{ deceased: true, deceasedAt: '2020-05-17' }, true, '2020-05-17'],
    [{ deceased: null }, null, null],
  ] as const) {
    const { body, text } = await set(sent)
    assert.deepEqual(body.data?.setPatientStanding?.patient, { deceased, deceasedAt }, text)
  }
  assert.equal(codeOf(await set({ deceased: false, deceasedAt: '2020' })), 'VALIDATION_FAILED')
})

test('no change of a patient, a template or a tag is made on a version that has passed', async () => {
  const { id: patientId } = await createPatient(stack.north)
  const template = await createTemplate(stack.north, { name: 'Guarded' })
  const { statusTag } = await change(stack.north, 'createStatusTag', { name: 'Guarded' }, 'statusTag { id }')
  const tagId = statusTag.id as string
  const readPatient = () => readOne('patient', 'Patient', patientId)
  const readTemplate = () => readOne('identificationTemplate', 'IdentificationTemplate', template.id)
  const guarded: [string, Values, string, () => Promise<Versioned>][] = [
    ['updatePatient', { id: patientId, lastName: 'Moved' }, 'patient', readPatient],
    ['setPatientStanding', { id: patientId, verified: true }, 'patient', readPatient],
    [
      'updateIdentificationTemplate',
      { id: template.id, name: 'Renamed' },
      'identificationTemplate',
      readTemplate,
    ],
    ['updateStatusTag', { id: tagId, name: 'Renamed' }, 'statusTag', () => readTag(tagId)],
  ]
  for (const [mutation, input, record, read] of guarded)
    await assertGuardsVersion(
      (expectedVersion) => attempt(askSettings, mutation, { ...input, expectedVersion }, `${record} { id }`),
      read,
    )
})

test('patients are listed in pages, the newest first, and each is found by its id', async () => {
  const made = []
  for (const firstName of ['Ann', 'Bob', 'Cy'])
    made.push((await createPatient(stack.north, { firstName })).id)
  const ids = await assertPages(ask, 'patients')
  assert.deepEqual(ids.slice(0, 3), made.toReversed())
  for (const [at, firstName] of ['Ann', 'Bob', 'Cy'].entries()) {
    const { body } = await ask('query ($id: ID!) { patient(id: $id) { id firstName } }', { id: made[at] })
    assert.deepEqual(body.data?.patient, { id: made[at], firstName })
  }
})

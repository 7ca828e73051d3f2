import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { change } from '../clinic.ts'
import { assertPaged } from '../further-data.ts'
import { attempt, codeOf, type AskGraph } from '../mutations.ts'
import { openStack } from '../shared-stack.ts'
import type { Stack } from '../stack.ts'
import type { StackDomain } from '../stack-domains.ts'

type Values = Record<string, unknown>

let stack: Stack
before(async () => {
  stack = await openStack()
})
after(() => stack.stop())

const ask: AskGraph = (query, variables) => stack.north.ask(query, variables)
const askSettings: AskGraph = (query, variables) => stack.north.askSettings(query, variables)
const graphs = [ask, askSettings]

const templateFields =
  'id name nameFr valueFormat healthCard refuseInvalid deactivated identificationCustomData { uuid name nameFr valueFormat }'
async function writeTemplate(verb: 'create' | 'update', input: Values): Promise<Values & { id: string }> {
  const { identificationTemplate } = await change(
    stack.north,
    `${verb}IdentificationTemplate`,
    input,
    `identificationTemplate { ${templateFields} }`,
  )
  return identificationTemplate as Values & { id: string }
}

async function read(from: AskGraph, query: string, variables?: object): Promise<Values> {
  const { body, text } = await from(query, variables)
  assert.equal(body.errors, undefined, text)
  return body.data as Values
}

const person = { firstName: 'Pat', lastName: 'Doe', dateOfBirth: '1980-02-29', gender: 'OTHER' }
const createPerson = (domain: StackDomain, identifications: Values[], headers = {}) =>
  attempt(
    (query, variables) => domain.ask(query, variables, headers),
    'createPatient',
    { ...person, identifications },
    'patient { id identifications { id value } }',
  )

const issuers = [
  ...['ALBERTA', 'BRITISH_COLUMBIA', 'MANITOBA', 'NEW_BRUNSWICK', 'NEWFOUNDLAND_AND_LABRADOR'],
  ...['NORTHWEST_TERRITORIES', 'NOVA_SCOTIA', 'NUNAVUT', 'ONTARIO', 'PRINCE_EDWARD_ISLAND', 'QUEBEC'],
  ...['SASKATCHEWAN', 'YUKON'],
]

test('a template keeps its format, its issuer, its strictness and its names, in both graphs', async () => {
  const sent = {
    ...{ name: 'Chart', nameFr: 'Dossier', valueFormat: 'A\\d+', healthCard: 'YUKON', refuseInvalid: true },
    identificationCustomData: [{ uuid: 'u', name: 'Plan', nameFr: 'Régime', valueFormat: '[A-Z]+' }],
  }
  const { id, ...made } = await writeTemplate('create', sent)
  assert.deepEqual(made, { ...sent, deactivated: false })
  const changed = {
    ...{ name: 'Card', nameFr: 'Carte', valueFormat: 'B\\d+', deactivated: true, refuseInvalid: false },
    identificationCustomData: [{ uuid: 'u', name: 'Group', nameFr: 'Groupe', valueFormat: '[0-9]+' }],
  }
  for (const healthCard of issuers) {
    const updated = await writeTemplate('update', { id, ...changed, healthCard })
    assert.deepEqual(updated, { id, ...changed, healthCard })
    for (const from of graphs) {
      const query = `query ($id: ID!) { identificationTemplate(id: $id) { name valueFormat healthCard deactivated identificationCustomData { valueFormat } } }`
      const { identificationTemplate: seen } = await read(from, query, { id })
      assert.deepEqual([(seen as Values).healthCard, (seen as Values).valueFormat], [healthCard, 'B\\d+'])
    }
  }
  const strict = await writeTemplate('update', { id, refuseInvalid: true })
  assert.equal(strict.refuseInvalid, true)
  for (const from of graphs) {
    const query = 'query ($id: ID!) { identificationTemplate(id: $id) { refuseInvalid } }'
    assert.deepEqual(await read(from, query, { id }), { identificationTemplate: { refuseInvalid: true } })
    const ids = async (args: string) =>
      (
        (await read(from, `{ identificationTemplates${args} { id } }`)).identificationTemplates as Values[]
      ).map((one) => one.id)
    assert.equal((await ids('')).includes(id), false)
    assert.equal((await ids('(includeDeactivated: true)')).includes(id), true)
  }
})

test('a wrong number warns, or is refused where its template says so', async () => {
  for (const refuseInvalid of [false, true]) {
    const { id } = await writeTemplate('create', { name: 'Ontario', healthCard: 'ONTARIO', refuseInvalid })
    const answer = await createPerson(stack.north, [{ templateId: Number(id), value: '1234567890' }])
    assert.equal(codeOf(answer), refuseInvalid ? 'VALIDATION_FAILED' : 'accepted')
    const told = refuseInvalid
      ? answer.body.errors?.[0]?.extensions.violations
      : answer.body.extensions?.warnings
    const [{ path, rule, code }] = told as [{ path: string; rule?: string; code?: string }]
    assert.deepEqual([path, rule ?? code], ['input.identifications.0.value', 'IDENTIFICATION_CHECK_DIGIT'])
  }
})

test('the verification of an identification says what our checks found and whose it is', async () => {
  const { id } = await writeTemplate('create', { name: 'BC', healthCard: 'BRITISH_COLUMBIA' })
  const query = `query ($id: ID!) { patientIdentificationVerification(id: $id) { status statusMessages patientId } }`
  const statuses: [string, string][] = [
    ['9698658215', 'VALID'],
    ['9698648215', 'INVALID'],
  ]
  const made = []
  for (const [value, status] of statuses) {
    const { body } = await createPerson(stack.north, [{ templateId: Number(id), value }])
    made.push({ status, patient: body.data?.createPatient.patient })
  }
  for (const from of graphs)
    for (const { status, patient } of made) {
      const { patientIdentificationVerification: found } = await read(from, query, {
        id: patient.identifications.at(-1).id,
      })
      const { statusMessages, ...rest } = found as { statusMessages: string[] }
      assert.deepEqual(rest, { status, patientId: patient.id })
      assert.equal(statusMessages.length, status === 'VALID' ? 1 : 2)
    }
  const stranger = await stack.south.ask(query, { id: made[0]?.patient.identifications.at(-1).id })
  assert.equal(stranger.body.data?.patientIdentificationVerification, null)
})

test('tags are found by id, listed by name in pages, and leave the list when they go out of use', async () => {
  const made: string[] = []
  for (const [name, nameFr] of [
    ['Smoker', 'Fumeur'],
    ['Asthma', 'Asthme'],
    ['Retired', 'Retraité'],
  ]) {
    const input = { name, nameFr, color: '#1f77b4' }
    const { statusTag } = await change(
      stack.north,
      'createStatusTag',
      input,
      'statusTag { id name nameFr color deactivated }',
    )
    const { id, ...rest } = statusTag as Values
    assert.deepEqual(rest, { ...input, deactivated: false })
    made.push(id as string)
  }
  const [smoker, asthma, retired] = made
  const { statusTag } = await change(
    stack.north,
    'updateStatusTag',
    { id: retired, nameFr: 'À la retraite', deactivated: true },
    'statusTag { nameFr deactivated }',
  )
  assert.deepEqual(statusTag, { nameFr: 'À la retraite', deactivated: true })
  for (const from of graphs) {
    const ids = async (args: string) => {
      const { statusTags } = await read(from, `{ statusTags${args} { nodes { id } } }`)
      return (statusTags as { nodes: { id: string }[] }).nodes.map(({ id }) => id)
    }
    assert.deepEqual(await ids(''), [asthma, smoker])
    assert.deepEqual(await ids('(includeDeactivated: true)'), [asthma, retired, smoker])
    await assertPaged(from, (pages) => `statusTags${pages}`, { path: ['statusTags'], key: 'id' })
    for (const id of [retired, smoker]) {
      const { statusTag: found } = await read(
        from,
        'query ($id: ID!) { statusTag(id: $id) { id name color version createdAt updatedAt deactivated } }',
        { id },
      )
      assert.deepEqual([(found as Values).id, (found as Values).deactivated], [id, id === retired])
    }
  }
})

test('names, messages and warnings follow the language header, and names fall back to English', async () => {
  const { south } = stack
  const french = { language: 'fr-CA' }
  const asked = async (query: string, headers = {}) => {
    const { body, text } = await south.ask(query, {}, headers)
    assert.equal(body.errors, undefined, text)
    return body.data as Values
  }
  for (const input of [{ name: 'Zebra', nameFr: 'Abeille' }, { name: 'Middle' }])
    await change(south, 'createStatusTag', input, 'statusTag { id }')
  const { identificationTemplate } = await change(
    south,
    'createIdentificationTemplate',
    { name: 'Health card', nameFr: 'Carte santé', healthCard: 'ONTARIO' },
    'identificationTemplate { id }',
  )
  const query = '{ statusTags { nodes { name } } identificationTemplates { name } }'
  assert.deepEqual(await asked(query), {
    statusTags: { nodes: [{ name: 'Middle' }, { name: 'Zebra' }] },
    identificationTemplates: [{ name: 'Health card' }],
  })
  assert.deepEqual(await asked(query, french), {
    statusTags: { nodes: [{ name: 'Abeille' }, { name: 'Middle' }] },
    identificationTemplates: [{ name: 'Carte santé' }],
  })
  const templateId = Number(identificationTemplate.id)
  const warned = await createPerson(south, [{ templateId, value: '1' }], french)
  const [warning] = warned.body.extensions?.warnings as [{ message: string; code: string }]
  assert.deepEqual(warning, {
    ...{
      code: 'IDENTIFICATION_FORMAT',
      path: 'input.identifications.0.value',
      templateId: String(templateId),
    },
    message: 'La valeur ne ressemble pas à un numéro de ce type.',
  })
  const refused = await createPerson(south, [{ templateId, value: ' ' }], french)
  const [error] = refused.body.errors ?? []
  assert.match(error?.message ?? '', /^Les données enfreignent/)
  assert.deepEqual(error?.extensions.violations, [
    { path: 'input.identifications.0.value', rule: 'REQUIRED', message: 'Une valeur est obligatoire.' },
  ])
  const unknown = await south.ask('{ nothing }', {}, french)
  assert.match(
    unknown.body.errors?.[0]?.message ?? '',
    /^La requête n’est pas conforme au schéma\. \(.*nothing/,
  )
  const stranger = await stack.ask(`${stack.url}/graphql`, {
    query: '{ __typename }',
    host: south.host,
    token: 'no token',
    headers: french,
  })
  assert.equal(stranger.body.errors?.[0]?.message, 'La requête ne porte pas de jeton valable ici.')
})

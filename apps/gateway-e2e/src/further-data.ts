import assert from 'node:assert/strict'
import { change } from './clinic.ts'
import type { AskGraph } from './mutations.ts'
import type { StackDomain } from './stack-domains.ts'

type Values = Record<string, unknown>

export interface Template {
  uuid: string
  version: number
  entities: ({ uuid: string; name: string } & Values)[]
}

/** Everything that can be read of a template with its entities, in the settings graph. */
export const wholeTemplate = `uuid name nameFr module archived version entities { __typename
  ... on PatientDataEntityInterface { uuid name required internalUseOnly }
  ... on PatientDataEntityText { nameFr allowMultiLines }
  ... on PatientDataEntityDate { nameFr dateFormat range defaultValue defaultValueOffset setAsDateOfOccurred }
  ... on PatientDataEntityNumber { nameFr minValue maxValue singularFormat pluralFormat singularFormatFr pluralFormatFr }
  ... on PatientDataEntitySingleSelection { nameFr values }
  ... on PatientDataEntityMultiSelection { nameFr values } }`

export const wholeCategory =
  'uuid name nameFr archived version patientDataTemplates { uuid name module version }'

/** Everything that can be read of an item. */
export const wholeItem = `id createdAt updatedAt version patientId category { uuid name } template { uuid name module } values { __typename
  ... on PatientDataValueText { uuid name value } ... on PatientDataValueDate { uuid name date: value }
  ... on PatientDataValueNumber { uuid name number: value displayValue } ... on PatientDataValueSingleSelection { uuid name value }
  ... on PatientDataValueMultiSelection { uuid name values } }`

export async function createCategory(domain: StackDomain, input: Values): Promise<{ uuid: string } & Values> {
  const selection = `clientMutationId patientDataCategory { ${wholeCategory} }`
  const { patientDataCategory } = await change(domain, 'createPatientDataCategory', input, selection)
  return patientDataCategory as { uuid: string } & Values
}

export async function createTemplate(domain: StackDomain, input: Values): Promise<Template> {
  const selection = `clientMutationId patientDataTemplate { ${wholeTemplate} }`
  const { patientDataTemplate } = await change(domain, 'createPatientDataTemplate', input, selection)
  return patientDataTemplate as Template
}

/**
 * Checks that a list without a count gives the same records as a whole, and page by page in both directions. `list` is
 * written with its own arguments and lies at `path` of the answer.
 */
export async function assertPaged(
  ask: AskGraph,
  read: (pages: string) => string,
  { path, key = 'uuid' }: { path: string[]; key?: string },
): Promise<string[]> {
  const page = async (args: string) => {
    const selection = `{ edges { cursor node { ${key} } } nodes { ${key} } pageInfo { startCursor endCursor hasNextPage hasPreviousPage } }`
    const { body, text } = await ask(`{ ${read(`${args && `(${args})`} ${selection}`)} }`)
    assert.equal(body.errors, undefined, text)
    return path.reduce<Values>((at, step) => at[step] as Values, body.data as Values) as unknown as {
      edges: { cursor: string; node: Record<string, string> }[]
      nodes: Record<string, string>[]
      pageInfo: Values
    }
  }
  const whole = await page('')
  const keys = whole.nodes.map((node) => node[key] as string)
  assert.ok(keys.length >= 2, `${path.join('.')} has two records or more`)
  const [cursors, last] = [whole.edges.map((edge) => edge.cursor), keys.length - 1]
  const expected = (at: number, more: Values) => ({
    keys: [keys[at]],
    pageInfo: { startCursor: cursors[at], endCursor: cursors[at], ...more },
  })
  const found = ({ nodes, pageInfo }: Awaited<ReturnType<typeof page>>) => ({
    keys: nodes.map((node) => node[key]),
    pageInfo,
  })
  assert.deepEqual(found(await page('first: 1')), expected(0, { hasNextPage: true, hasPreviousPage: false }))
  assert.deepEqual(
    found(await page('last: 1')),
    expected(last, { hasNextPage: false, hasPreviousPage: true }),
  )
  const second = await page(`first: 1, after: "${cursors[0]}"`)
  assert.deepEqual(found(second), expected(1, { hasNextPage: last > 1, hasPreviousPage: true }))
  const before = await page(`last: 1, before: "${cursors[last]}"`)
  assert.deepEqual(found(before), expected(last - 1, { hasNextPage: true, hasPreviousPage: last > 1 }))
  return keys
}

const numberEntity = {
  ...{ kind: 'NUMBER', name: 'Packs', nameFr: 'Paquets', minValue: 0.5, maxValue: 9.5 },
  ...{ singularFormat: '%{value} pack', pluralFormat: '%{value} packs' },
  ...{ singularFormatFr: '%{value} paquet', pluralFormatFr: '%{value} paquets' },
}
/** An entity of each kind with everything that it can have. */
export const wholeEntities = [
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

/** The GraphQL type of an entity of each kind. */
export const typeNames: Record<string, string> = {
  TEXT: 'PatientDataEntityText',
  DATE: 'PatientDataEntityDate',
  NUMBER: 'PatientDataEntityNumber',
  SINGLE_SELECTION: 'PatientDataEntitySingleSelection',
  MULTI_SELECTION: 'PatientDataEntityMultiSelection',
}

/** Reads one field of a query; fails when it is refused. */
export async function readField(from: AskGraph, field: string, selection: string): Promise<Values> {
  const { body, text } = await from(`{ it: ${field} { ${selection} } }`)
  assert.equal(body.errors, undefined, text)
  return body.data?.it as Values
}

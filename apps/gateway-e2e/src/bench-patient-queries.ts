import assert from 'node:assert/strict'
import { getNamedType, isLeafType, isObjectType, isRequiredArgument, type GraphQLObjectType } from 'graphql'
import { readPublicSchema } from './schema.ts'

/** What is known of one patient of the population: what its filters are asked for. */
export interface Sample {
  id: string
  firstName: string
  lastName: string
  email: string
  phone: string
  dateOfBirth: string
  gender: string
  identification: string
  templateId: number
  locationId: number
  practitionerId: number
  statusTagId: number
  newest: string
}

/** A query of the bench; its variables are made anew from a patient for each request. */
export interface PatientQuery {
  title: string
  query: string
  variables(sample: Sample): Record<string, unknown>
}

/** What each filter is asked for, by its name. */
const filters: Record<string, (sample: Sample) => unknown> = {
  dateOfBirth: (sample) => sample.dateOfBirth,
  email: (sample) => sample.email,
  firstName: (sample) => sample.firstName,
  gender: (sample) => sample.gender,
  identificationValue: (sample) => sample.identification,
  identificationTemplateId: (sample) => String(sample.templateId),
  lastName: (sample) => sample.lastName,
  locationId: (sample) => String(sample.locationId),
  phone: (sample) => sample.phone,
  primaryPractitionerId: (sample) => String(sample.practitionerId),
  statusTagId: (sample) => String(sample.statusTagId),
  includeArchived: () => true,
  updatedSince: (sample) => sample.newest,
}

const schema = readPublicSchema()
const root = schema.getQueryType()
const pages = new Set(['orderBy', 'after', 'before', 'first', 'last'])
const nodes = 'nodes { id firstName lastName dateOfBirth }'

/** Every query of the bench, as the graph has it; throws for a filter that nothing is known to ask for. */
export function listQueries(): PatientQuery[] {
  const { patients, searchPatients } = root?.getFields() ?? {}
  assert.ok(patients)
  const filtered = patients.args
    .filter(({ name }) => !pages.has(name))
    .map(({ name, type }) => {
      const value = filters[name]
      assert.ok(value, `nothing is known to ask the filter ${name} for: add it to filters`)
      return {
        title: `\`patients(${name}:)\``,
        query: `query ($value: ${type}) { patients(${name}: $value) { ${nodes} } }`,
        variables: (sample: Sample) => ({ value: value(sample) }),
      }
    })
  return [
    {
      title: 'cheapest read: a table of one row',
      query: '{ identificationTemplate(id: "0") { id } }',
      variables: () => ({}),
    },
    {
      title: '`patient(id:)`',
      query: 'query ($id: ID!) { patient(id: $id) { id firstName lastName dateOfBirth } }',
      variables: ({ id }) => ({ id }),
    },
    { title: '`patients`', query: `{ patients { ${nodes} } }`, variables: () => ({}) },
    ...filtered,
    { title: '`patients(last:)`', query: `{ patients(last: 50) { ${nodes} } }`, variables: () => ({}) },
    {
      title: '`patients(orderBy: LAST_NAME, last:)`',
      query: `{ patients(last: 50, orderBy: [{ field: LAST_NAME, direction: ASC }]) { ${nodes} } }`,
      variables: () => ({}),
    },
    ...(searchPatients ? searches(searchPatients) : []),
  ]
}

function searches(field: NonNullable<ReturnType<GraphQLObjectType['getFields']>[string]>): PatientQuery[] {
  const type = getNamedType(field.type)
  const text = field.args.find(isRequiredArgument)
  assert.ok(isObjectType(type) && text)
  const asked: [string, (sample: Sample) => string][] = [
    ['name', ({ firstName, lastName }) => `${lastName} ${firstName}`],
    ['misspelt name', ({ lastName, firstName }) => `${firstName} ${lastName.slice(0, -2)}${lastName.at(-1)}`],
    ['date of birth', ({ dateOfBirth }) => dateOfBirth],
    ['phone', ({ phone }) => phone],
    ['e-mail', ({ email }) => email],
    ['identification', ({ identification }) => identification],
  ]
  return asked.map(([what, write]) => ({
    title: `\`searchPatients\`: ${what}`,
    query: `query ($text: ${text.type}) { searchPatients(${text.name}: $text) { ${leavesOf(type, 3)} } }`,
    variables: (sample) => ({ text: write(sample) }),
  }))
}

/** What a search says of what it found, and of each patient who it is. */
function leavesOf(type: GraphQLObjectType, depth: number): string {
  if (type.name === 'Patient') return 'id firstName lastName dateOfBirth'
  const inner = Object.values(type.getFields()).flatMap((field) => {
    const named = getNamedType(field.type)
    if (['totalCount', 'edges'].includes(field.name)) return []
    if (isLeafType(named)) return [field.name]
    return isObjectType(named) && depth > 1 ? [`${field.name} { ${leavesOf(named, depth - 1)} }`] : []
  })
  return ['__typename', ...inner].join(' ')
}

import { readFileSync } from 'node:fs'
import { errorCatalogue } from '@commonchart/errors'
import { measureDocument } from '@commonchart/supergraph'
import {
  buildSchema,
  getNamedType,
  isIntrospectionType,
  isSpecifiedScalarType,
  parse,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql'
import { readOwnership, type Ownership } from './areas.ts'
import { listUsages, type Usage } from './usage.ts'

/** An example as it was run; `examples.json` has them. */
export interface Example {
  field: string
  query: string
  scopes: string[]
  answer: unknown
}

/** A field of Query or Mutation with all that its page says. */
export interface RootField {
  kind: 'query' | 'mutation'
  name: string
  area: string
  field: GraphQLField<unknown, unknown>
  /** What a program must be allowed for the field itself. */
  scope: string
  example: (Example & { cost: number }) | null
}

/** All that the reference is made of. */
export interface ReferenceModel {
  schema: GraphQLSchema
  schemaText: string
  ownership: Ownership
  roots: RootField[]
  /** Every type but the roots and what GraphQL itself defines, by name. */
  types: GraphQLNamedType[]
  usages: Map<string, Usage>
  errors: typeof errorCatalogue
}

const gateway = new URL('../../../gateway/', import.meta.url)
const examplesFile = new URL('../examples.json', import.meta.url)

/** Reads the committed schema, the supergraph and the examples. */
export function readModel(): ReferenceModel {
  const schemaText = readFileSync(new URL('enterprise.graphql', gateway), 'utf8')
  const schema = buildSchema(schemaText)
  const ownership = readOwnership(readFileSync(new URL('supergraph.graphql', gateway), 'utf8'))
  const examples = JSON.parse(readFileSync(examplesFile, 'utf8')) as Example[]
  const rootsOf = (kind: RootField['kind'], type: ReturnType<GraphQLSchema['getQueryType']>): RootField[] =>
    Object.values(type?.getFields() ?? {}).map((field) => {
      const area = ownership.areasOfField(type?.name ?? '', field.name)[0] ?? ''
      const example = examples.find((each) => each.field === `${type?.name}.${field.name}`)
      return {
        ...{ kind, area, field, name: field.name },
        scope: `${area}:${kind === 'query' ? 'read' : 'write'}`,
        example: example ? { ...example, cost: costOf(example.query, schema) } : null,
      }
    })
  const roots = [...rootsOf('query', schema.getQueryType()), ...rootsOf('mutation', schema.getMutationType())]
  const rootTypes = [schema.getQueryType()?.name, schema.getMutationType()?.name]
  return {
    ...{ schema, schemaText, ownership, roots, errors: errorCatalogue, usages: listUsages(schema) },
    types: Object.values(schema.getTypeMap())
      .filter((type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type))
      .filter(({ name }) => !rootTypes.includes(name))
      .sort((one, other) => one.name.localeCompare(other.name, 'en')),
  }
}

/** Whether each field of the answer is paged: then each record counts. */
export function isConnection(field: GraphQLField<unknown, unknown>): boolean {
  return getNamedType(field.type).name.endsWith('Connection')
}

function costOf(query: string, schema: GraphQLSchema): number {
  const [measure] = measureDocument(parse(query), schema).values()
  return measure?.cost({}) ?? 0
}

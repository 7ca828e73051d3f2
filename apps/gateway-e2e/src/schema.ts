import { readFileSync } from 'node:fs'
import {
  buildSchema,
  getNamedType,
  isCompositeType,
  isObjectType,
  isRequiredArgument,
  type GraphQLSchema,
} from 'graphql'

/** The settings graph as it is published: it holds what programs see and what people do. */
export function readSettingsSchema(): GraphQLSchema {
  return readSchema('settings')
}

/** The graph of programs as it is published. */
export function readPublicSchema(): GraphQLSchema {
  return readSchema('enterprise')
}

function readSchema(graph: string): GraphQLSchema {
  return buildSchema(readFileSync(new URL(`../../gateway/${graph}.graphql`, import.meta.url), 'utf8'), {
    assumeValid: true,
  })
}

/** Selects every field of a type that needs no argument, following other types `depth` deep. */
export function selectAll(schema: GraphQLSchema, typeName: string, depth = 2): string {
  const type = schema.getType(typeName)
  if (!isObjectType(type)) throw new Error(`${typeName} is not an object type of the graph`)
  const selections: string[] = []
  for (const field of Object.values(type.getFields())) {
    if (field.args.some(isRequiredArgument)) continue
    const inner = getNamedType(field.type)
    if (!isCompositeType(inner)) selections.push(field.name)
    else if (isObjectType(inner) && depth > 1)
      selections.push(`${field.name} { ${selectAll(schema, inner.name, depth - 1)} }`)
  }
  return selections.length > 0 ? selections.join(' ') : '__typename'
}

import {
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  typeFromAST,
  type GraphQLInputType,
  type GraphQLSchema,
  type VariableDefinitionNode,
} from 'graphql'

/** A variable through which input fields or enum values can come. */
export interface TellingVariable {
  name: string
  type: GraphQLInputType
}

/** Lists the variables of an operation whose values name elements of the schema; most have none. */
export function listTellingVariables(
  schema: GraphQLSchema,
  definitions: readonly VariableDefinitionNode[] = [],
): TellingVariable[] {
  return definitions.flatMap(({ variable, type: written }) => {
    const type = typeFromAST(schema, written) as GraphQLInputType | undefined
    const named = getNamedType(type)
    return type && (isInputObjectType(named) || isEnumType(named))
      ? [{ name: variable.name.value, type }]
      : []
  })
}

/**
 * Adds the input fields and enum values that a value names. The value is as the caller sent it and has been found to fit its
 * type: what defaults add was not used by the caller. Of the value itself nothing is kept: a name counts because the schema
 * has it.
 */
export function collectValueElements(type: GraphQLInputType, value: unknown, elements: Set<string>): void {
  if (value === null || value === undefined) return
  const bare = getNullableType(type)
  if (isListType(bare)) {
    const inner = bare.ofType as GraphQLInputType
    // One item may stand for a list of it.
    if (Array.isArray(value)) for (const item of value) collectValueElements(inner, item, elements)
    else collectValueElements(inner, value, elements)
  } else if (isEnumType(bare)) {
    const known = typeof value === 'string' ? bare.getValue(value) : undefined
    if (known) elements.add(`${bare.name}.${known.name}`)
  } else if (isInputObjectType(bare)) {
    const fields = bare.getFields()
    for (const [name, inner] of Object.entries(value)) {
      const field = Object.hasOwn(fields, name) ? fields[name] : undefined
      if (!field) continue
      elements.add(`${bare.name}.${field.name}`)
      collectValueElements(field.type, inner, elements)
    }
  }
}

import type { QueryPlanSelectionNode } from '@apollo/query-planner'
import { isAbstractType, isInterfaceType, isObjectType, type GraphQLSchema } from 'graphql'
import { isFields, mergeInto } from './merge.ts'

type Fields = Record<string, unknown>

/**
 * Reads what a fetch requires of an entity: its representation. Gives null when a part is missing; its absence was
 * reported by the fetch that should have brought it.
 */
export function readRepresentation(
  schema: GraphQLSchema,
  source: Fields,
  selections: readonly QueryPlanSelectionNode[],
): Fields | null {
  const result: Fields = {}
  for (const selection of selections) {
    if (selection.kind === 'InlineFragment') {
      if (!selection.typeCondition || !isOfType(schema, source, selection.typeCondition)) continue
      const part = readRepresentation(schema, source, selection.selections)
      // One part may be left out by `@skip` while the others still find their entity.
      if (part !== null) mergeInto(result, part)
      continue
    }
    const name = selection.alias ?? selection.name
    const value = source[name]
    if (value === undefined) return null
    result[name] = selection.selections ? readNested(schema, value, selection.selections) : value
  }
  return result
}

function readNested(
  schema: GraphQLSchema,
  value: unknown,
  selections: readonly QueryPlanSelectionNode[],
): unknown {
  if (Array.isArray(value)) return value.map((element) => readNested(schema, element, selections))
  return isFields(value) ? readRepresentation(schema, value, selections) : null
}

/** Tells whether an object, by its `__typename`, is of a type or of one that implements it. */
export function isOfType(schema: GraphQLSchema, value: Fields, name: string, whenUnknown = false): boolean {
  const typename = value.__typename
  if (typeof typename !== 'string') return whenUnknown
  if (typename === name) return true
  const type = schema.getType(typename)
  const condition = schema.getType(name)
  return (
    isAbstractType(condition) &&
    (isObjectType(type) || isInterfaceType(type)) &&
    schema.isSubType(condition, type)
  )
}

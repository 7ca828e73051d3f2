import { isEnumType, type GraphQLEnumType, type GraphQLScalarType } from 'graphql'

export type LeafCheck = (value: unknown) => boolean

const checks: Record<string, LeafCheck> = {
  Boolean: (value) => typeof value === 'boolean',
  Float: (value) => typeof value === 'number',
  ID: (value) => typeof value === 'string' || Number.isInteger(value),
  Int: (value) => Number.isInteger(value),
  String: (value) => typeof value === 'string',
}

/**
 * Creates the check of a leaf that came from a subgraph: an enum value that this graph does not have, or a scalar of another
 * type, must not reach the caller. Scalars of our own are their subgraph's business.
 */
export function createLeafCheck(type: GraphQLEnumType | GraphQLScalarType): LeafCheck {
  if (!isEnumType(type)) return checks[type.name] ?? (() => true)
  const names = new Set(type.getValues().map((value) => value.name))
  return (value) => names.has(value as string)
}

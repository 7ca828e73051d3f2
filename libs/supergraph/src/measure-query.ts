import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'
import { addUp, type CostPart, type PageSize } from './cost.ts'

/** What an operation asks for, before it is known with which variables. */
export interface Measure {
  /** Fields below one another, the root field being the first. Introspection does not count. */
  depth: number
  aliases: number
  /** How many values the answer may hold, as far as pages and lists can be foreseen. */
  cost(variables: Record<string, unknown>): number
}

interface Weight {
  depth: number
  aliases: number
  parts: CostPart[]
}

/** The largest page, the usual one, and how long a plain list is taken to be. */
const largestPage = 100
const usualPage = 50
const usualList = 10
/** An alias within introspection can stand for the whole schema once more. */
const introspectionWeight = 100

/**
 * Measures every operation of a document. Each fragment is measured once per type and page, so that fragments within
 * fragments cost no more than they are long. Fields that do not exist count as they stand: validation names them.
 */
export function measureDocument(document: DocumentNode, schema: GraphQLSchema): Map<string, Measure> {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const node of document.definitions)
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node)
  const measures = new Map<string, Measure>()
  for (const node of document.definitions)
    if (node.kind === Kind.OPERATION_DEFINITION)
      measures.set(node.name?.value ?? '', measureOperation(node, schema, fragments))
  return measures
}

function measureOperation(
  operation: OperationDefinitionNode,
  schema: GraphQLSchema,
  fragments: Map<string, FragmentDefinitionNode>,
): Measure {
  const known = new Map<string, Weight>()
  const defaults = new Map<string, unknown>()
  for (const { variable, defaultValue } of operation.variableDefinitions ?? [])
    if (defaultValue?.kind === Kind.INT) defaults.set(variable.name.value, Number(defaultValue.value))

  function weighSet(set: SelectionSetNode, type: GraphQLNamedType | undefined, page: PageSize): Weight {
    const sum: Weight = { depth: 0, aliases: 0, parts: [] }
    for (const selection of set.selections) {
      const weight =
        selection.kind === Kind.FIELD
          ? weighField(selection, type, page)
          : selection.kind === Kind.INLINE_FRAGMENT
            ? weighSet(selection.selectionSet, narrow(selection.typeCondition?.name.value, type), page)
            : weighSpread(selection.name.value, type, page)
      sum.depth = Math.max(sum.depth, weight.depth)
      sum.aliases += weight.aliases
      if (weight.parts.length > 0) sum.parts.push({ times: 1, own: 0, parts: weight.parts })
    }
    return sum
  }

  function weighField(node: FieldNode, type: GraphQLNamedType | undefined, page: PageSize): Weight {
    const name = node.name.value
    const aliases = node.alias ? 1 : 0
    if (name === '__schema' || name === '__type') {
      const { aliases: within } = node.selectionSet
        ? weighSet(node.selectionSet, undefined, null)
        : { aliases: 0 }
      return { depth: 0, aliases: aliases + within * introspectionWeight, parts: [] }
    }
    const field = fieldOf(type, name)
    const isList = field !== undefined && isListType(getNullableType(field.type))
    const times: PageSize = isList ? (page ?? usualList) : 1
    const below = field && getNamedType(field.type)
    const inner = node.selectionSet
      ? weighSet(node.selectionSet, isCompositeType(below) ? below : undefined, pageOf(node, field))
      : { depth: 0, aliases: 0, parts: [] }
    return {
      depth: inner.depth + 1,
      aliases: inner.aliases + aliases,
      parts: [{ times: times ?? 1, own: 1, parts: inner.parts }],
    }
  }

  function weighSpread(name: string, type: GraphQLNamedType | undefined, page: PageSize): Weight {
    const fragment = fragments.get(name)
    const key = `${name} ${type?.name} ${JSON.stringify(page)}`
    const done = known.get(key)
    if (done || !fragment) return done ?? { depth: 0, aliases: 0, parts: [] }
    // A fragment within itself is refused by validation; here it must only end.
    known.set(key, { depth: 0, aliases: 0, parts: [] })
    const weight = weighSet(fragment.selectionSet, narrow(fragment.typeCondition.name.value, type), page)
    known.set(key, weight)
    return weight
  }

  function narrow(condition: string | undefined, type: GraphQLNamedType | undefined) {
    return condition === undefined ? type : schema.getType(condition)
  }

  const root = schema.getRootType(operation.operation) ?? undefined
  const { depth, aliases, parts } = weighSet(operation.selectionSet, root, null)
  return { depth, aliases, cost: addUp(parts, defaults, { largestPage, usualPage }) }
}

function fieldOf(
  type: GraphQLNamedType | undefined,
  name: string,
): GraphQLField<unknown, unknown> | undefined {
  return isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined
}

/** The page that a connection was asked for, which its `nodes` and `edges` will be as long as. */
function pageOf(node: FieldNode, field: GraphQLField<unknown, unknown> | undefined): PageSize {
  if (!field?.args.some(({ name }) => name === 'first' || name === 'last')) return null
  for (const { name, value } of node.arguments ?? []) {
    if (name.value !== 'first' && name.value !== 'last') continue
    if (value.kind === Kind.VARIABLE) return { variable: value.name.value }
    if (value.kind === Kind.INT) return Math.min(Number(value.value), largestPage)
  }
  return usualPage
}

import {
  GraphQLError,
  Kind,
  getArgumentValues,
  getDirectiveValues,
  getNamedType,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  isAbstractType,
  isCompositeType,
  isObjectType,
  typeFromAST,
} from 'graphql'
import type {
  DocumentNode,
  FieldNode,
  FragmentDefinitionNode,
  GraphQLCompositeType,
  GraphQLField,
  GraphQLObjectType,
  GraphQLSchema,
  SelectionSetNode,
} from 'graphql'

/** One field of an answer: what was asked of it and what came back. */
export type Call = {
  type: GraphQLCompositeType
  field: GraphQLField<unknown, unknown>
  node: FieldNode
  args: Record<string, unknown>
  /** Where it stood, written with the arguments of all fields above it, so that aliases do not matter. */
  parent: string
  /** Where it stood in the response, by aliases. */
  path: (string | number)[]
  value: unknown
}

export type Document = {
  schema: GraphQLSchema
  fragments: Map<string, FragmentDefinitionNode>
  variables: Record<string, unknown>
}

/** The fragments of a document by name. */
export function fragmentsOf(document: DocumentNode): Map<string, FragmentDefinitionNode> {
  const definitions = document.definitions.filter((one) => one.kind === Kind.FRAGMENT_DEFINITION)
  return new Map(definitions.map((one) => [one.name.value, one]))
}

/** Walks an answer along its document and gives every field in it, the outer before the inner. */
export function* walkAnswer(
  document: Document,
  type: GraphQLCompositeType,
  selections: SelectionSetNode[],
  data: Record<string, unknown>,
  parent = '',
  path: (string | number)[] = [],
): Generator<Call> {
  const concrete = concreteType(document, type, selections, data)
  for (const [alias, nodes] of collectFields(document, concrete, selections)) {
    const node = nodes[0]
    const field = node && 'getFields' in concrete ? concrete.getFields()[node.name.value] : undefined
    if (!node || !field || !(alias in data)) continue
    const args = coerceArguments(field, node, document.variables)
    const value = data[alias]
    yield { type: concrete, field, node, args, parent, path: [...path, alias], value }
    const named = getNamedType(field.type)
    if (!isCompositeType(named)) continue
    const inner = nodes.flatMap(({ selectionSet }) => selectionSet ?? [])
    const here = `${parent}/${field.name}(${stable(args)})`
    for (const [object, place] of objectsIn(value)) {
      const below = place.map((index) => `[${index}]`).join('')
      yield* walkAnswer(document, named, inner, object, here + below, [...path, alias, ...place])
    }
  }
}

/** Arguments with defaults filled in; a request that the server refused may not be coercible and has none. */
function coerceArguments(
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
  variables: Record<string, unknown>,
): Record<string, unknown> {
  try {
    return getArgumentValues(field, node, variables)
  } catch (error) {
    if (error instanceof GraphQLError) return {}
    throw error
  }
}

function* objectsIn(value: unknown, place: number[] = []): Generator<[Record<string, unknown>, number[]]> {
  if (Array.isArray(value)) {
    for (const [index, one] of value.entries()) yield* objectsIn(one, [...place, index])
  } else if (typeof value === 'object' && value !== null) yield [value as Record<string, unknown>, place]
}

/** The fields that a selection asks of a type, by response key; fragments are followed where they apply. */
function collectFields(
  document: Document,
  type: GraphQLCompositeType,
  selections: SelectionSetNode[],
  found = new Map<string, FieldNode[]>(),
): Map<string, FieldNode[]> {
  for (const selection of selections.flatMap((set) => set.selections)) {
    const skip = getDirectiveValues(GraphQLSkipDirective, selection, document.variables)
    const include = getDirectiveValues(GraphQLIncludeDirective, selection, document.variables)
    if (skip?.['if'] === true || include?.['if'] === false) continue
    if (selection.kind === Kind.FIELD) {
      const key = selection.alias?.value ?? selection.name.value
      found.set(key, [...(found.get(key) ?? []), selection])
      continue
    }
    const fragment =
      selection.kind === Kind.FRAGMENT_SPREAD ? document.fragments.get(selection.name.value) : selection
    if (!fragment || !applies(document, type, fragment.typeCondition?.name.value)) continue
    collectFields(document, type, [fragment.selectionSet], found)
  }
  return found
}

function applies({ schema }: Document, type: GraphQLCompositeType, condition: string | undefined): boolean {
  if (condition === undefined || condition === type.name) return true
  const wanted = typeFromAST(schema, { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: condition } })
  return isAbstractType(wanted) && isObjectType(type) && schema.isSubType(wanted, type)
}

/** The object's own type: as `__typename` says, else the only possible type whose selection has exactly its keys. */
function concreteType(
  document: Document,
  type: GraphQLCompositeType,
  selections: SelectionSetNode[],
  data: Record<string, unknown>,
): GraphQLCompositeType {
  if (!isAbstractType(type)) return type
  const possible = document.schema.getPossibleTypes(type)
  const keys = (one: GraphQLObjectType): Map<string, FieldNode[]> => collectFields(document, one, selections)
  const named = possible.find((one) =>
    [...keys(one)].some(([key, nodes]) => nodes[0]?.name.value === '__typename' && data[key] === one.name),
  )
  if (named) return named
  const written = stable(Object.keys(data).sort())
  const fitting = possible.filter((one) => stable([...keys(one).keys()].sort()) === written)
  return fitting.length === 1 && fitting[0] ? fitting[0] : type
}

/** JSON with sorted keys, so that equal values are equal strings. */
export function stable(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  )
}

import {
  getNamedType,
  GraphQLError,
  isEnumType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isSpecifiedScalarType,
  Kind,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'
import { createLeafCheck, type LeafCheck } from './leaf-check.ts'

/** What the answer to an operation must look like, worked out once for each operation. */
export interface FieldShape {
  name: string
  value: ValueShape
  /** Fields that the gateway answers itself. */
  own: 'typename' | 'introspection' | null
}

/** The value of a field, from the outside in: nullable or not, a list, an object with a selection, or a leaf. */
export interface ValueShape {
  nonNull: boolean
  element: ValueShape | null
  selection: Selection | null
  isValid: LeafCheck | null
}

export interface ShapeSource {
  schema: GraphQLSchema
  fragments: ReadonlyMap<string, FragmentDefinitionNode>
  variables: Readonly<Record<string, unknown>>
}

/** A selection on one type; what is selected for each type that an object may turn out to be is compiled at first use. */
export class Selection {
  readonly #source: ShapeSource
  readonly #type: GraphQLCompositeType
  readonly #sets: readonly SelectionSetNode[]
  readonly #byType = new Map<string, readonly FieldShape[]>()
  #fixed: readonly FieldShape[] | undefined

  constructor(source: ShapeSource, type: GraphQLCompositeType, sets: readonly SelectionSetNode[]) {
    this.#source = source
    this.#type = type
    this.#sets = sets
  }

  /** The type's name when an object can be of no other. */
  get typename(): string | null {
    return isObjectType(this.#type) ? this.#type.name : null
  }

  /** Gives what is selected on an object of a type, or null when the API knows no such object type. */
  fieldsOf(typename: string | undefined): readonly FieldShape[] | null {
    if (isObjectType(this.#type) || typename === undefined) return (this.#fixed ??= this.#compile(this.#type))
    const known = this.#byType.get(typename)
    if (known) return known
    const type = this.#source.schema.getType(typename)
    if (!isObjectType(type)) return null
    const fields = this.#compile(type)
    this.#byType.set(typename, fields)
    return fields
  }

  #compile(type: GraphQLCompositeType): FieldShape[] {
    const groups = new Map<string, FieldNode[]>()
    for (const set of this.#sets) collectFields(this.#source, type, set, groups, new Set())
    return [...groups].map(([name, nodes]) => compileField(this.#source, type, name, nodes))
  }
}

/** Compiles the shape of an operation's answer for given values of the variables in `@skip` and `@include`. */
export function compileShape(source: ShapeSource, operation: OperationDefinitionNode): Selection {
  const root = source.schema.getRootType(operation.operation)
  if (!root) throw new Error(`the graph has no ${operation.operation}`)
  return new Selection(source, root, [operation.selectionSet])
}

function collectFields(
  source: ShapeSource,
  type: GraphQLCompositeType,
  set: SelectionSetNode,
  groups: Map<string, FieldNode[]>,
  seen: Set<string>,
): void {
  for (const selection of set.selections) {
    if (!isIncluded(source, selection)) continue
    if (selection.kind === Kind.FIELD) {
      const name = selection.alias?.value ?? selection.name.value
      const nodes = groups.get(name)
      if (nodes) nodes.push(selection)
      else groups.set(name, [selection])
      continue
    }
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      if (seen.has(selection.name.value)) continue
      seen.add(selection.name.value)
    }
    const fragment =
      selection.kind === Kind.INLINE_FRAGMENT ? selection : source.fragments.get(selection.name.value)
    if (fragment && applies(source.schema, fragment.typeCondition?.name.value, type))
      collectFields(source, type, fragment.selectionSet, groups, seen)
  }
}

function isIncluded(
  { variables }: ShapeSource,
  { directives }: { directives?: FieldNode['directives'] },
): boolean {
  for (const { name, arguments: given } of directives ?? []) {
    const value = given?.[0]?.value
    const condition =
      value?.kind === Kind.VARIABLE
        ? variables[value.name.value]
        : value?.kind === Kind.BOOLEAN && value.value
    if (name.value === 'skip' && condition === true) return false
    if (name.value === 'include' && condition !== true) return false
  }
  return true
}

function applies(schema: GraphQLSchema, condition: string | undefined, type: GraphQLCompositeType): boolean {
  if (condition === undefined || condition === type.name) return true
  const wanted = schema.getType(condition)
  if (!wanted || !('getFields' in wanted || 'getTypes' in wanted) || isObjectType(wanted)) return false
  if (!isObjectType(type) && !isInterfaceType(type)) return false
  return schema.isSubType(wanted as Parameters<GraphQLSchema['isSubType']>[0], type)
}

function compileField(
  source: ShapeSource,
  parent: GraphQLCompositeType,
  name: string,
  nodes: readonly FieldNode[],
): FieldShape {
  const field = findField(source.schema, parent, nodes[0]?.name.value ?? '')
  if (!field) throw new GraphQLError(`there is no ${parent.name}.${nodes[0]?.name.value}`)
  const own = field.name === '__typename' ? 'typename' : field.name.startsWith('__') ? 'introspection' : null
  return { name, own, value: compileValue(source, field.type, nodes) }
}

const ownFields = new Map(
  [SchemaMetaFieldDef, TypeMetaFieldDef, TypeNameMetaFieldDef].map((field) => [field.name, field]),
)

function findField(schema: GraphQLSchema, parent: GraphQLCompositeType, name: string) {
  return ownFields.get(name) ?? ('getFields' in parent ? parent.getFields()[name] : undefined)
}

function compileValue(source: ShapeSource, type: GraphQLOutputType, nodes: readonly FieldNode[]): ValueShape {
  if (isNonNullType(type)) return { ...compileValue(source, type.ofType, nodes), nonNull: true }
  const value: ValueShape = { nonNull: false, element: null, selection: null, isValid: null }
  if (isListType(type)) return { ...value, element: compileValue(source, type.ofType, nodes) }
  if (isLeafType(type)) {
    const checked = isEnumType(type) || isSpecifiedScalarType(type)
    return checked ? { ...value, isValid: createLeafCheck(type) } : value
  }
  const sets = nodes.flatMap((node) => (node.selectionSet ? [node.selectionSet] : []))
  return { ...value, selection: new Selection(source, getNamedType(type) as GraphQLCompositeType, sets) }
}

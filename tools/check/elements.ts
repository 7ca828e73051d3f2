import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql'

/** One element of a schema. */
export interface Element {
  /** As GraphQL writes schema coordinates: `Type`, `Type.field`, `Type.field(argument:)`. */
  coordinate: string
  kind: 'type' | 'field' | 'argument' | 'inputField' | 'enumValue'
  name: string
  description: string
  /** The type to which it belongs; of a type itself, that type. */
  owner: GraphQLNamedType
  /** What it gives or takes; null for types and enum values. */
  type: GraphQLArgument['type'] | GraphQLInputField['type'] | null
}

/** Lists every element of a schema that is its own, type by type. */
export function listElements(schema: GraphQLSchema): Element[] {
  return Object.values(schema.getTypeMap())
    .filter((type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type))
    .flatMap((type) => [
      createElement('type', type.name, type, { name: type.name, description: type.description }),
      ...listElementsOf(type),
    ])
}

function listElementsOf(owner: GraphQLNamedType): Element[] {
  const prefix = `${owner.name}.`
  if (isEnumType(owner))
    return owner.getValues().map((value) => createElement('enumValue', prefix + value.name, owner, value))
  if (isInputObjectType(owner))
    return Object.values(owner.getFields()).map((field) =>
      createElement('inputField', prefix + field.name, owner, field),
    )
  if (!isObjectType(owner) && !isInterfaceType(owner)) return []
  return Object.values(owner.getFields()).flatMap((field) => [
    createElement('field', prefix + field.name, owner, field as never),
    ...field.args.map((each) =>
      createElement('argument', `${prefix}${field.name}(${each.name}:)`, owner, each),
    ),
  ])
}

function createElement(
  kind: Element['kind'],
  coordinate: string,
  owner: GraphQLNamedType,
  part: { name: string; description?: string | null; type?: Element['type'] },
): Element {
  const { name, description, type } = part
  return { kind, coordinate, owner, name, description: description ?? '', type: type ?? null }
}

/** The coordinates of a type's own fields and values, without their arguments. */
export function listParts(schema: GraphQLSchema, name: string): string[] {
  const type = schema.getType(name)
  if (!type) return []
  return listElementsOf(type)
    .filter(({ kind }) => kind !== 'argument')
    .map(({ coordinate }) => coordinate)
}

/** The coordinates of what gives or takes a type: fields, arguments and input fields. */
export function listPlaces(schema: GraphQLSchema, name: string): string[] {
  return listElements(schema)
    .filter(({ type }) => type !== null && getNamedType(type).name === name)
    .map(({ coordinate }) => coordinate)
}

/** The argument or input field at a coordinate. */
export function findInput(
  schema: GraphQLSchema,
  coordinate: string,
): GraphQLArgument | GraphQLInputField | undefined {
  const [, typeName = '', fieldName = '', argument] = /^(\w+)\.(\w+)(?:\((\w+):\))?$/.exec(coordinate) ?? []
  const type = schema.getType(typeName)
  if (isInputObjectType(type)) return type.getFields()[fieldName]
  if (!isObjectType(type) && !isInterfaceType(type)) return undefined
  return type.getFields()[fieldName]?.args.find(({ name }) => name === argument)
}

import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type ASTNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql'

/**
 * Lists the elements of the schema that an operation names, as schema coordinates (GraphQL, section 3.11: `Type.field`,
 * `Type.field(argument:)`, `Input.field`, `Enum.VALUE`), each once. A field is named on the type that it is selected on. What
 * `@skip` and `@include` leave out counts, and so do the defaults of variables: the document needs them to be there.
 * Introspection counts nothing. Only names that the schema has are listed.
 */
export function listDocumentElements(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): Set<string> {
  const elements = new Set<string>()
  const spread = new Set<string>()
  const waiting: ASTNode[] = [operation]
  for (let node = waiting.pop(); node; node = waiting.pop())
    collect(schema, node, elements, (name) => {
      const fragment = fragments.get(name)
      if (!fragment || spread.has(name)) return
      spread.add(name)
      waiting.push(fragment)
    })
  return elements
}

function collect(
  schema: GraphQLSchema,
  root: ASTNode,
  elements: Set<string>,
  onSpread: (fragment: string) => void,
): void {
  const info = new TypeInfo(schema)
  visit(
    root,
    visitWithTypeInfo(info, {
      enter(node) {
        switch (node.kind) {
          case Kind.FIELD: {
            const [type, field] = [info.getParentType(), info.getFieldDef()]
            if (!type || !field || field.name.startsWith('__')) return false
            elements.add(`${type.name}.${field.name}`)
            return undefined
          }
          case Kind.DIRECTIVE:
            return false
          case Kind.ARGUMENT: {
            const [type, field, argument] = [info.getParentType(), info.getFieldDef(), info.getArgument()]
            if (type && field && argument) elements.add(`${type.name}.${field.name}(${argument.name}:)`)
            return undefined
          }
          case Kind.OBJECT_FIELD: {
            const type = getNamedType(info.getParentInputType())
            if (isInputObjectType(type) && Object.hasOwn(type.getFields(), node.name.value))
              elements.add(`${type.name}.${node.name.value}`)
            return undefined
          }
          case Kind.ENUM: {
            const [type, value] = [getNamedType(info.getInputType()), info.getEnumValue()]
            if (isEnumType(type) && value) elements.add(`${type.name}.${value.name}`)
            return undefined
          }
          case Kind.FRAGMENT_SPREAD:
            onSpread(node.name.value)
            return undefined
          default:
            return undefined
        }
      },
    }),
  )
}

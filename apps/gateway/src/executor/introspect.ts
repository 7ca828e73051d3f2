import { executeSync, Kind, visit, type ASTNode, type DocumentNode, type GraphQLSchema } from 'graphql'
import type { CompiledOperation } from './compile-operation.ts'

const kept = new WeakMap<CompiledOperation, Record<string, unknown>>()

/** Answers `__schema` and `__type` of an operation from the API's schema; kept when no variable has a part in it. */
export function introspect(
  compiled: CompiledOperation,
  schema: GraphQLSchema,
  variables: Record<string, unknown>,
): Record<string, unknown> {
  const known = kept.get(compiled)
  if (known) return known
  const { operation, fragments } = compiled
  const root = schema.getQueryType()?.name
  const definitions = [...fragments.values()].map((fragment) =>
    fragment.typeCondition.name.value === root ? dropOtherFields(fragment) : fragment,
  )
  const document: DocumentNode = {
    kind: Kind.DOCUMENT,
    definitions: [dropOtherFields(operation), ...definitions],
  }
  const { data } = executeSync({ schema, document, rootValue: {}, variableValues: variables })
  const answers = (data ?? {}) as Record<string, unknown>
  if ((operation.variableDefinitions ?? []).length === 0) kept.set(compiled, answers)
  return answers
}

/** Takes the root fields of others out; nothing of introspection is looked into. */
function dropOtherFields<Node extends ASTNode>(node: Node): Node {
  return visit(node, {
    Field: { enter: ({ name }) => (name.value === '__schema' || name.value === '__type' ? false : null) },
  })
}

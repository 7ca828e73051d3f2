import { createHash } from 'node:crypto'
import { refusal } from '@commonchart/errors'
import type { MutationMark } from '@commonchart/identity'
import {
  getArgumentValues,
  getDirectiveValues,
  getVariableValues,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  Kind,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'

/** Visible ASCII (RFC 9110), long enough for any way of writing a UUID. */
const keyForm = /^[\x21-\x7e]{1,255}$/

/** Throws `IDEMPOTENCY_KEY_INVALID`, HTTP 400, unless the key can be kept and compared. */
export function checkIdempotencyKey(key: string): void {
  if (keyForm.test(key)) return
  throw refusal(
    'IDEMPOTENCY_KEY_INVALID',
    'The Idempotency-Key header must be 1 to 255 visible ASCII characters.',
    { http: { status: 400 } },
  )
}

/**
 * Marks each root mutation field with the caller's key, a fingerprint of what is asked, and its response key. The
 * fingerprint is SHA-256 over the field's name and its coerced arguments with sorted keys, so that the same intent has the
 * same one however it is written. Gives none when the variables do not fit: the engine refuses them.
 */
export function markMutations(
  key: string,
  {
    schema,
    document,
    operation,
    variables,
  }: {
    schema: GraphQLSchema
    document: DocumentNode
    operation: OperationDefinitionNode
    variables: Record<string, unknown>
  },
): MutationMark[] {
  const type = schema.getMutationType()
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variables)
  if (!type || !coerced) return []
  const marks = new Map<string, MutationMark>()
  for (const node of listRootFields(operation.selectionSet, document, coerced)) {
    const field = type.getFields()[node.name.value]
    const path = node.alias?.value ?? node.name.value
    if (!field || marks.has(path)) continue
    const content = [field.name, getArgumentValues(field, node, coerced)]
    const fingerprint = createHash('sha256').update(writeCanonically(content)).digest('base64url')
    marks.set(path, { key, fingerprint, path })
  }
  return [...marks.values()]
}

function* listRootFields(
  set: SelectionSetNode,
  document: DocumentNode,
  variables: Record<string, unknown>,
): Generator<FieldNode> {
  for (const selection of set.selections) {
    if (getDirectiveValues(GraphQLSkipDirective, selection, variables)?.if === true) continue
    if (getDirectiveValues(GraphQLIncludeDirective, selection, variables)?.if === false) continue
    if (selection.kind === Kind.FIELD) yield selection
    else if (selection.kind === Kind.INLINE_FRAGMENT)
      yield* listRootFields(selection.selectionSet, document, variables)
    else {
      const fragment = document.definitions.find(
        (node): node is FragmentDefinitionNode =>
          node.kind === Kind.FRAGMENT_DEFINITION && node.name.value === selection.name.value,
      )
      if (fragment) yield* listRootFields(fragment.selectionSet, document, variables)
    }
  }
}

function writeCanonically(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([left], [right]) => (left < right ? -1 : 1)))
      : inner,
  )
}

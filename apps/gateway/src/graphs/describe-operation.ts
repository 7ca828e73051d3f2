import { getOperationAST, Kind, type DocumentNode, type SelectionSetNode } from 'graphql'
import type { CallResult } from './call.ts'

type Described = CallResult['operation']

/** A document may spread its root fields over many selections; the record names so many of them. */
const mostRootFields = 100

const known = new WeakMap<DocumentNode, Map<string, NonNullable<Described>>>()

/** Describes an operation of a document, worked out once for each; null when there is none that could be meant. */
export function describeOperation(document: DocumentNode, name: string | null | undefined): Described {
  let byName = known.get(document)
  if (!byName) known.set(document, (byName = new Map()))
  const remembered = byName.get(name ?? '')
  if (remembered) return remembered
  const described = describe(document, name)
  // Names that the document does not have come from clients, without end.
  if (described) byName.set(name ?? '', described)
  return described
}

function describe(document: DocumentNode, name: string | null | undefined): Described {
  const operation = getOperationAST(document, name || undefined)
  if (!operation || operation.operation === 'subscription') return null
  const rootFields = new Set<string>()
  collectFields(operation.selectionSet, { document, rootFields, spread: new Set() })
  return {
    name: operation.name?.value ?? null,
    kind: operation.operation === 'mutation' ? 'MUTATION' : 'QUERY',
    rootFields: [...rootFields].slice(0, mostRootFields),
  }
}

/** Follows each fragment once: a document that was not validated may spread one within itself. */
function collectFields(
  set: SelectionSetNode,
  into: { document: DocumentNode; rootFields: Set<string>; spread: Set<string> },
): void {
  for (const selection of set.selections) {
    if (selection.kind === Kind.FIELD) into.rootFields.add(selection.name.value)
    else if (selection.kind === Kind.INLINE_FRAGMENT) collectFields(selection.selectionSet, into)
    else if (!into.spread.has(selection.name.value)) {
      into.spread.add(selection.name.value)
      for (const node of into.document.definitions)
        if (node.kind === Kind.FRAGMENT_DEFINITION && node.name.value === selection.name.value)
          collectFields(node.selectionSet, into)
    }
  }
}

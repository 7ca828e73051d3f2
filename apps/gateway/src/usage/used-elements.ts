import { hash } from 'node:crypto'
import type { FragmentDefinitionNode, GraphQLSchema, OperationDefinitionNode } from 'graphql'
import { listDocumentElements } from './document-elements.ts'
import { collectValueElements, listTellingVariables } from './variable-elements.ts'

/** A set of elements of the schema, and what it is known by: the same elements have the same id at every gateway. */
export interface UsedElements {
  /** The first 16 bytes of the SHA-256 of the sorted elements, written as a UUID. */
  id: string
  /** Schema coordinates, sorted, each once. */
  elements: readonly string[]
}

/** Says what a run of an operation uses, by the variables as they were sent. */
export type ReadUse = (variables: Readonly<Record<string, unknown>>) => UsedElements

/** An operation's variables can name so many different sets that are kept; others are worked out again each time. */
const keptSets = 256

/** Makes what says which elements a run of an operation uses. The document is looked at once, when it first runs. */
export function createReadUse(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): ReadUse {
  const telling = listTellingVariables(schema, operation.variableDefinitions)
  const known = new Map<string, UsedElements>()
  let named: Set<string> | undefined
  return (variables) => {
    const added = new Set<string>()
    for (const { name, type } of telling)
      if (Object.hasOwn(variables, name)) collectValueElements(type, variables[name], added)
    const key = [...added].join()
    const found = known.get(key)
    if (found) return found
    named ??= listDocumentElements(schema, operation, fragments)
    const used = createSet(new Set([...named, ...added]))
    if (known.size < keptSets) known.set(key, used)
    return used
  }
}

function createSet(all: ReadonlySet<string>): UsedElements {
  const elements = [...all].sort()
  const digest = hash('sha256', elements.join('\n'), 'hex')
  const id = [
    [0, 8],
    [8, 12],
    [12, 16],
    [16, 20],
    [20, 32],
  ] as const
  return { id: id.map(([from, to]) => digest.slice(from, to)).join('-'), elements }
}

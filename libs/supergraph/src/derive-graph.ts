import { Kind, parse, visit, type ASTNode, type ConstDirectiveNode, type DocumentNode } from 'graphql'
import { findReachableTypes } from './reachable-types.ts'

/** The graphs that come out of one supergraph. */
export const graphNames = ['enterprise', 'settings', 'operator'] as const
export type GraphName = (typeof graphNames)[number]

const roots = new Set(['Query', 'Mutation', 'Subscription'])

const inaccessible: ConstDirectiveNode = {
  kind: Kind.DIRECTIVE,
  name: { kind: Kind.NAME, value: 'inaccessible' },
}

const inaccessibleLink = parse(
  `extend schema @link(url: "https://specs.apollo.dev/inaccessible/v0.2", for: SECURITY)
   directive @inaccessible on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION`,
)

/**
 * Derives one graph from the supergraph: the same supergraph with everything that does not belong to that graph, and
 * every type that is then out of reach, marked `@inaccessible`. Nothing else differs.
 *
 * - enterprise: what bears no tag.
 * - settings: what bears no tag or the tag `settings`.
 * - operator: root fields that bear the tag `operator` and what is reached from them, without what is tagged for
 *   others only: an operator has no way to the records of patients.
 *
 * Gives null when nothing can be asked of that graph.
 */
export function deriveGraph(supergraph: DocumentNode, graph: GraphName): DocumentNode | null {
  const marked = markTagged(withInaccessible(supergraph), graph)
  const reachable = findReachableTypes(marked)
  if (!reachable.has('Query')) return null
  return mapTypes(marked, (node) =>
    reachable.has(node.name.value) || isHidden(node) ? node : { ...node, directives: hide(node.directives) },
  )
}

/** Tells whether an element is marked `@inaccessible`. */
export function isHidden(node: { directives?: readonly ConstDirectiveNode[] }): boolean {
  return node.directives?.some((directive) => directive.name.value === 'inaccessible') ?? false
}

/** Names of the specifications that the supergraph is written in, such as `join__Graph`; they are not of the API. */
export function isSpecification(name: string): boolean {
  return name.includes('__')
}

function markTagged(document: DocumentNode, graph: GraphName): DocumentNode {
  const mark = <Node extends ASTNode & { directives?: readonly ConstDirectiveNode[] }>(
    node: Node,
    isRootField: boolean,
  ): Node | undefined =>
    isHidden(node) || belongs(tagsOf(node), graph, isRootField)
      ? undefined
      : { ...node, directives: hide(node.directives) }
  return mapTypes(document, (type) =>
    visit(type, {
      enter(node, _key, parent) {
        switch (node.kind) {
          case Kind.FIELD_DEFINITION:
          case Kind.INPUT_VALUE_DEFINITION:
          case Kind.ENUM_VALUE_DEFINITION:
            return mark(node, node.kind === Kind.FIELD_DEFINITION && roots.has(type.name.value))
          case Kind.OBJECT_TYPE_DEFINITION:
          case Kind.INTERFACE_TYPE_DEFINITION:
          case Kind.UNION_TYPE_DEFINITION:
          case Kind.ENUM_TYPE_DEFINITION:
          case Kind.INPUT_OBJECT_TYPE_DEFINITION:
          case Kind.SCALAR_TYPE_DEFINITION:
            return parent === undefined ? mark(node, false) : undefined
          default:
            return undefined
        }
      },
    }),
  )
}

function belongs(tags: Set<string>, graph: GraphName, isRootField: boolean): boolean {
  if (graph === 'operator' && isRootField) return tags.has('operator')
  const audiences = ['settings', 'operator'].filter((name) => tags.has(name))
  return audiences.length === 0 || audiences.includes(graph)
}

function tagsOf(node: { directives?: readonly ConstDirectiveNode[] }): Set<string> {
  const tags = new Set<string>()
  for (const directive of node.directives ?? []) {
    const value = directive.arguments?.[0]?.value
    if (directive.name.value === 'tag' && value?.kind === Kind.STRING) tags.add(value.value)
  }
  return tags
}

function hide(directives: readonly ConstDirectiveNode[] | undefined): ConstDirectiveNode[] {
  return [...(directives ?? []), inaccessible]
}

type TypeNode = Extract<
  DocumentNode['definitions'][number],
  { kind: `${string}TypeDefinition`; name: unknown }
>

function mapTypes(document: DocumentNode, change: (node: TypeNode) => TypeNode): DocumentNode {
  const definitions = document.definitions.map((node) =>
    node.kind.endsWith('TypeDefinition') && 'name' in node && node.name && !isSpecification(node.name.value)
      ? change(node as TypeNode)
      : node,
  )
  return { ...document, definitions }
}

/** Makes the supergraph say that it uses `@inaccessible`, which composition leaves out when no subgraph does. */
function withInaccessible(document: DocumentNode): DocumentNode {
  const declared = document.definitions.some(
    (node) => node.kind === Kind.DIRECTIVE_DEFINITION && node.name.value === 'inaccessible',
  )
  if (declared) return document
  const [extension, definition] = inaccessibleLink.definitions
  if (extension?.kind !== Kind.SCHEMA_EXTENSION || !definition) throw new Error('the link is written above')
  const definitions = document.definitions.map((node) =>
    node.kind === Kind.SCHEMA_DEFINITION
      ? { ...node, directives: [...(node.directives ?? []), ...(extension.directives ?? [])] }
      : node,
  )
  return { ...document, definitions: [...definitions, definition] }
}

import { Kind, parse, type ConstDirectiveNode, type DirectiveNode } from 'graphql'

/** Which subgraphs, by name, resolve a type and its fields. */
export interface Ownership {
  /** The names of the areas, in the order in which they are shown. */
  areas: string[]
  /** The area that resolves most of a type; null for what several declare alike. */
  areaOfType(type: string): string | null
  /** The areas that can resolve a field. */
  areasOfField(type: string, field: string): string[]
}

const order = ['patients', 'appointments', 'consumers-audit']

/** Reads from the supergraph's `join` directives which subgraph owns what. */
export function readOwnership(supergraph: string): Ownership {
  const names = new Map<string, string>()
  const types = new Map<string, string[]>()
  const fields = new Map<string, string[]>()
  for (const node of parse(supergraph, { noLocation: true }).definitions) {
    if (node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === 'join__Graph')
      for (const { name, directives } of node.values ?? [])
        names.set(name.value, findArgument(directives, 'join__graph', 'name')[0] ?? name.value)
    if (!('name' in node) || !('directives' in node) || !node.name) continue
    const owners = findArgument(node.directives, 'join__type', 'graph')
    types.set(node.name.value, owners)
    if (!('fields' in node)) continue
    for (const field of node.fields ?? []) {
      const joined = (field.directives ?? []).filter((each) => each.name.value === 'join__field')
      const own = joined.filter((each) => !isSaid(each, 'external'))
      const graphs = findArgument(own, 'join__field', 'graph')
      fields.set(`${node.name.value}.${field.name.value}`, graphs.length > 0 ? graphs : owners)
    }
  }
  const nameOf = (graph: string): string => names.get(graph) ?? graph
  const areasOfField = (type: string, field: string): string[] =>
    (fields.get(`${type}.${field}`) ?? types.get(type) ?? []).map(nameOf)
  return {
    areas: [...names.values()].sort((one, other) => rankOf(one) - rankOf(other)),
    areasOfField,
    areaOfType(type) {
      const owners = (types.get(type) ?? []).map(nameOf)
      if (owners.length < 2) return owners[0] ?? null
      const counts = owners.map((owner) => ({
        owner,
        count: [...fields.keys()].filter(
          (key) =>
            key.startsWith(`${type}.`) && areasOfField(type, key.slice(type.length + 1)).includes(owner),
        ).length,
      }))
      const [most, second] = counts.sort((one, other) => other.count - one.count)
      return most && second && most.count > second.count ? most.owner : null
    },
  }
}

function rankOf(area: string): number {
  const at = order.indexOf(area)
  return at < 0 ? order.length : at
}

function findArgument(
  directives: readonly (DirectiveNode | ConstDirectiveNode)[] | undefined,
  directive: string,
  argument: string,
): string[] {
  return (directives ?? [])
    .filter(({ name }) => name.value === directive)
    .flatMap((each) => each.arguments ?? [])
    .filter(({ name }) => name.value === argument)
    .flatMap(({ value }) => ('value' in value ? [String(value.value)] : []))
}

function isSaid(directive: ConstDirectiveNode | DirectiveNode, argument: string): boolean {
  return (directive.arguments ?? []).some(
    ({ name, value }) => name.value === argument && value.kind === Kind.BOOLEAN && value.value,
  )
}

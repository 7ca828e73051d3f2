import { Kind, type DocumentNode, type TypeNode } from 'graphql'
import { isHidden } from './derive-graph.ts'

interface Shape {
  /** Types that come into reach with this one. */
  names: string[]
  /** Interfaces that it implements: kept when it is, but they bring no other type into reach. */
  interfaces: string[]
}

/**
 * Names the types that a client can come across from the visible root fields. What implements an interface is in reach
 * once a field returns the interface, not because another type in reach implements it too.
 */
export function findReachableTypes(document: DocumentNode): Set<string> {
  const shapes = new Map<string, Shape>()
  const implementations = new Map<string, string[]>()
  for (const node of document.definitions) {
    if (!('name' in node) || !node.name || isHidden(node as { directives?: [] })) continue
    const shape: Shape = { names: [], interfaces: [] }
    if (node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION) {
      for (const field of node.fields ?? []) {
        if (isHidden(field)) continue
        shape.names.push(nameOf(field.type))
        for (const argument of field.arguments ?? [])
          if (!isHidden(argument)) shape.names.push(nameOf(argument.type))
      }
      for (const { name } of node.interfaces ?? []) {
        shape.interfaces.push(name.value)
        implementations.set(name.value, [...(implementations.get(name.value) ?? []), node.name.value])
      }
    }
    if (node.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION)
      for (const field of node.fields ?? []) if (!isHidden(field)) shape.names.push(nameOf(field.type))
    if (node.kind === Kind.UNION_TYPE_DEFINITION)
      for (const member of node.types ?? []) shape.names.push(member.name.value)
    shapes.set(node.name.value, shape)
  }
  const reachable = new Set<string>()
  const opened = new Set<string>()
  // A root type of which every field is hidden is not there at all.
  const pending = ['Query', 'Mutation', 'Subscription'].filter((root) => shapes.get(root)?.names.length)
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const shape = shapes.get(name)
    if (!shape || opened.has(name)) continue
    opened.add(name)
    reachable.add(name)
    pending.push(...shape.names, ...(implementations.get(name) ?? []))
    for (const each of shape.interfaces) keepInterface(each, shapes, reachable, pending)
  }
  return reachable
}

/** Keeps an interface for its implementers' sake: its own fields' types come into reach with it. */
function keepInterface(
  name: string,
  shapes: Map<string, Shape>,
  reachable: Set<string>,
  pending: string[],
): void {
  const shape = shapes.get(name)
  if (!shape || reachable.has(name)) return
  reachable.add(name)
  pending.push(...shape.names)
  for (const each of shape.interfaces) keepInterface(each, shapes, reachable, pending)
}

function nameOf(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type)
}

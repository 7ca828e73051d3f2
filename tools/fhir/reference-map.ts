import { parseReference } from './reference.ts'
import type { Identifier, Target } from './reference.ts'

export type Resolved = { id: string } | { problem: string }

/**
 * Knows, for every resource seen, the record it became. It holds keys and ids and nothing else, which is what bounds
 * the memory of an import.
 */
export type ReferenceMap = {
  /** Remembers that the resource of this type, id and identifiers is the record `id`. */
  add(type: string, keys: ResourceKeys, id: string): void
  /** Finds the record that a FHIR Reference to one of the types points at, or says why it cannot. */
  resolve(reference: unknown, types: string[]): Resolved
}

export type ResourceKeys = { id: string | null; identifiers: Identifier[] }

const ambiguous = Symbol('ambiguous')

/** Creates an empty reference map. */
export function createReferenceMap(): ReferenceMap {
  const records = new Map<string, string | typeof ambiguous>()

  function add(type: string, keys: ResourceKeys, id: string): void {
    for (const key of keysOf(type, keys)) {
      const known = records.get(key)
      records.set(key, known === undefined || known === id ? id : ambiguous)
    }
  }

  function resolve(reference: unknown, types: string[]): Resolved {
    const { targets, problem } = parseReference(reference)
    if (problem !== null) return { problem }
    let said = `the ${types.join(' or ')} it names is not among those imported`
    for (const target of targets) {
      if (target.type !== null && !types.includes(target.type)) {
        said = `it names a ${target.type}, not a ${types.join(' or ')}`
        continue
      }
      for (const type of target.type === null ? types : [target.type]) {
        const found = records.get(keyOf(type, target))
        if (typeof found === 'string') return { id: found }
        if (found === ambiguous) said = `more than one ${type} bears the identifier it names`
      }
    }
    return { problem: said }
  }

  return { add, resolve }
}

/** The keys under which a resource is found, one for its id and one for each identifier. */
export function keysOf(type: string, keys: ResourceKeys): string[] {
  return [
    ...(keys.id === null ? [] : [keyOf(type, { type, id: keys.id })]),
    ...keys.identifiers.map((identifier) => keyOf(type, { type, identifier })),
  ]
}

/** The key of what a reference to the type points at, the same as that of the resource it means. */
export function keyOf(type: string, target: Target): string {
  if ('id' in target) return `${type}/${target.id}`
  return `${type}?${target.identifier.system}|${target.identifier.value}`
}

import { objects, text } from './element.ts'
import type { Json, ResourceReader } from './element.ts'
import { toIdentifier } from './reference.ts'
import type { ResourceKeys } from './reference-map.ts'

/** What a resource becomes: an item of an import mutation, or the reasons why it cannot go in. */
export type Mapped<Input> = { input: Input; leftOut: string[] } | { problems: string[] }

export type ExternalId = { system: string; value: string }

/** The resource's own id and every identifier by which others may refer to it. */
export function keysOfResource(resource: Json): ResourceKeys {
  const identifiers = objects(resource['identifier']).flatMap((one) => toIdentifier(one) ?? [])
  return { id: text(resource['id']), identifiers }
}

/**
 * The name under which the record remembers where it came from: the resource's id within the source (ids are only
 * unique per server), or its first identifier where an exporter left the id out.
 */
export function externalIdOf(resource: Json, source: string): ExternalId | null {
  const id = text(resource['id'])
  if (id !== null) return { system: source, value: id }
  return keysOfResource(resource).identifiers[0] ?? null
}

export const noExternalId = 'it has neither an id nor an identifier with a system'

/** Names, among the elements left out, each extension by its address rather than all as `extension`. */
export function extensionsLeftOut(resource: Json, reader: ResourceReader, taken: string[] = []): void {
  reader.take('extension')
  for (const extension of objects(resource['extension'])) {
    const url = text(extension['url'])
    if (url !== null && !taken.includes(url)) reader.leaveOut(`extension ${url}`)
  }
}

/** The input without the members that are null: what the resource does not say stays as it is in the record. */
export function withoutNulls<T extends object>(input: T): WithoutNulls<T> {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null)) as WithoutNulls<T>
}

type NullKeys<T> = { [K in keyof T]: null extends T[K] ? K : never }[keyof T]
export type WithoutNulls<T> = Omit<T, NullKeys<T>> & { [K in NullKeys<T>]?: Exclude<T[K], null> }

import type { SentValue } from './inputs.ts'
import { stable } from './calls.ts'

/** Names whose value is only evidence in the very answer: elsewhere an equal value may be another record's. */
const onlyInTheAnswer = new Set(['id', 'clientMutationId'])

/** Remembers what mutations sent until an answer shows it. */
export type ReadBack = {
  sent(values: SentValue[]): void
  /** The coordinates of what the answer shows among what was sent before. */
  shownBy(answer: unknown): string[]
}

/**
 * Creates the memory of one scope. A value counts as read back when an answer bears it under the name it was sent by;
 * a `providerId` also as the `id` of a `provider`, `tagIds` as the `id` of one of the `tags`, a boolean `primary` also as
 * `isPrimary`, a `phoneExtension` also as `phoneExt`. Ids given as numbers and instants written with another offset are the same value.
 */
export function createReadBack(): ReadBack {
  const waiting = new Map<string, Set<string>>()
  return {
    sent(values) {
      for (const { chain, name, value } of values) {
        if (onlyInTheAnswer.has(name)) continue
        for (const key of keysOf(name, value))
          waiting.set(key, new Set([...(waiting.get(key) ?? []), ...chain]))
      }
    },
    shownBy(answer) {
      return [...answerKeys(answer)].flatMap((key) => [...(waiting.get(key) ?? [])])
    },
  }
}

/** The coordinates of what was sent that the mutation's own answer shows. */
export function shownInAnswer(values: SentValue[], answer: unknown): string[] {
  const keys = answerKeys(answer)
  return values
    .filter(({ name, value }) => keysOf(name, value).some((key) => keys.has(key)))
    .flatMap(({ chain }) => chain)
}

function keysOf(name: string, value: unknown): string[] {
  const own = keyOf(name, value)
  const one = /^(.+)Id$/.exec(name)?.[1]
  const many = /^(.+)Ids$/.exec(name)?.[1]
  if (one) return [own, keyOf(`${one}.id`, value)]
  if (many) return [own, ...[value].flat().map((id: unknown) => keyOf(`${many}s.id`, id))]
  if (name.endsWith('Extension')) return [own, keyOf(name.replace(/ension$/, ''), value)]
  if (typeof value === 'boolean')
    return [own, keyOf(`is${name.charAt(0).toUpperCase()}${name.slice(1)}`, value)]
  return [own]
}

function answerKeys(value: unknown, name = '', keys = new Set<string>()): Set<string> {
  if (Array.isArray(value)) {
    keys.add(keyOf(name, value))
    for (const one of value) answerKeys(one, name, keys)
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      if (key === 'id') keys.add(keyOf(`${name}.id`, inner))
      answerKeys(inner, key, keys)
    }
  } else if (value !== null) keys.add(keyOf(name, value))
  return keys
}

function keyOf(name: string, value: unknown): string {
  return `${name}=${stable(normal(value))}`
}

function normal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normal)
  if (typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:?\d{2})$/.test(value)) {
    const instant = Date.parse(value)
    return Number.isNaN(instant) ? value : new Date(instant).toISOString()
  }
  return typeof value === 'object' ? value : String(value)
}

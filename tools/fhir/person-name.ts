import { isOver, object, objects, text, texts } from './element.ts'
import type { Json } from './element.ts'

export type PersonName = {
  first: string | null
  middle: string | null
  last: string | null
  prefix: string | null
}
/** A name with both its parts. */
export type FullName = PersonName & { first: string; last: string }

/** A name that a person bore before: the parts that were others than they are, and the day on which it ended. */
export type FormerName = { firstName?: string; lastName?: string; until?: string }

export type ChosenName = {
  name: PersonName | null
  leftOut: string[]
  nickname: string | null
  /** Those of the left out names that were borne before, by how they are told as left out. */
  former: { told: string; name: FormerName }[]
}

const preference = ['official', 'usual', null, 'temp', 'anonymous', 'nickname', 'old', 'maiden']

/**
 * Chooses the HumanName that a record goes by: official before usual before unmarked, a name in force before one that
 * is over. The others are told as left out; a nickname's given name is kept as the preferred name.
 */
export function choosePersonName(value: unknown, now: Date): ChosenName {
  const names = objects(value)
  const ranked = names.toSorted((a, b) => rank(a, now) - rank(b, now))
  const chosen = ranked[0]
  if (!chosen) return { name: null, leftOut: [], nickname: null, former: [] }
  const nickname = names.find((name) => name !== chosen && text(name['use']) === 'nickname')
  const others = names.filter((name) => name !== chosen && name !== nickname)
  const leftOut = others.map(toldName)
  if (texts(chosen['suffix']).length > 0) leftOut.push('name.suffix')
  const [first, ...more] = texts(chosen['given'])
  const name = {
    first: first ?? null,
    middle: more.join(' ') || null,
    last: text(chosen['family']),
    prefix: texts(chosen['prefix']).join(' ') || null,
  }
  const former = others.flatMap((other) => {
    const was = formerName(other, name, now)
    return was ? [{ told: toldName(other), name: was }] : []
  })
  return { name, leftOut, nickname: texts(nickname?.['given'])[0] ?? null, former }
}

function toldName(name: Json): string {
  return `name (${text(name['use']) ?? 'another'})`
}

/** What was another in a maiden or old name, or in one that is over; null when nothing was, or it is no such name. */
function formerName(name: Json, now: PersonName, at: Date): FormerName | null {
  const isFormer = ['maiden', 'old'].includes(text(name['use']) ?? '') || isOver(name['period'], at)
  if (!isFormer || text(name['use']) === 'nickname') return null
  const [first, last] = [texts(name['given'])[0], text(name['family'])]
  const end = /^\d{4}-\d{2}-\d{2}(?=T|$)/.exec(text(object(name['period'])?.['end']) ?? '')?.[0]
  const parts = {
    ...(first !== undefined && first !== now.first && { firstName: first }),
    ...(last !== null && last !== now.last && { lastName: last }),
  }
  return Object.keys(parts).length === 0 ? null : { ...parts, ...(end !== undefined && { until: end }) }
}

/** The name when it has both parts, which a patient's must, or what it lacks. */
export function fullName(name: PersonName | null): FullName | { problem: string } {
  if (!name) return { problem: 'it has no name' }
  const { first, last } = name
  if (first !== null && last !== null) return { ...name, first, last }
  if (first === null && last === null) return { problem: 'its name is not parted into given and family name' }
  return { problem: first === null ? 'its name has no given name' : 'its name has no family name' }
}

function rank(name: Json, now: Date): number {
  const place = preference.indexOf(text(name['use']))
  return (place === -1 ? preference.length : place) + (isOver(name['period'], now) ? 100 : 0)
}

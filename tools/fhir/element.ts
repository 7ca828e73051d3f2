/** A JSON object of a resource; nothing about it is believed before it has been looked at. */
export type Json = Record<string, unknown>

/** The value as an object, if it is one. */
export function object(value: unknown): Json | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : null
}

/** The objects of a list; a single object counts as a list of one, anything else as none. */
export function objects(value: unknown): Json[] {
  return (Array.isArray(value) ? value : [value]).map(object).filter((one) => one !== null)
}

/** The value as a trimmed, non-empty string, if it is one. */
export function text(value: unknown): string | null {
  if (typeof value !== 'string') return null
  return value.trim() === '' ? null : value.trim()
}

/** The non-empty strings of a list; null marks in it (FHIR's place holders for extensions) are passed over. */
export function texts(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).map(text).filter((one) => one !== null)
}

export type Coding = { system: string | null; code: string; display: string | null }

/** The codings of a CodeableConcept or of a list of them, those with a code, in the order written. */
export function codings(value: unknown): Coding[] {
  return objects(value)
    .flatMap((concept) => objects(concept['coding']))
    .flatMap((coding) => toCoding(coding) ?? [])
}

/** One Coding, if it has a code. */
export function toCoding(value: unknown): Coding | null {
  const coding = object(value)
  const code = text(coding?.['code'])
  return coding && code ? { system: text(coding['system']), code, display: text(coding['display']) } : null
}

/** Whether a FHIR Period was over at the instant; an open or unreadable end is not over. */
export function isOver(period: unknown, now: Date): boolean {
  const end = text(object(period)?.['end'])
  return end !== null && Date.parse(end) < now.getTime()
}

/**
 * A resource that remembers which of its top-level elements were asked for, so that the report can name the others.
 * `take` gives an element's value; `leaveOut` names a part of a taken element that is not imported.
 */
export class ResourceReader {
  readonly #resource: Json
  readonly #taken = new Set(['resourceType', 'id', 'meta', 'text', 'implicitRules'])
  readonly #parts = new Set<string>()

  constructor(resource: Json) {
    this.#resource = resource
  }

  take(element: string): unknown {
    this.#taken.add(element)
    return this.#resource[element]
  }

  leaveOut(part: string): void {
    this.#parts.add(part)
  }

  /** The elements of the resource that nothing took, and the parts left out of those taken. */
  leftOut(): string[] {
    const untaken = Object.keys(this.#resource).filter((key) => !this.#taken.has(key) && !key.startsWith('_'))
    return [...untaken, ...this.#parts]
  }
}

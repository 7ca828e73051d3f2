import { object, text } from './element.ts'

export type Identifier = { system: string; value: string }

/** What a FHIR reference points at, by the target's logical id or by one of its business identifiers. */
export type Target = { type: string | null; id: string } | { type: string | null; identifier: Identifier }

export type ParsedReference = { targets: Target[]; problem: string | null }

const withId = /(?:^|\/)([A-Z][A-Za-z]+)\/([A-Za-z0-9.-]{1,64})(?:\/_history\/[A-Za-z0-9.-]+)?$/
const conditional = /^([A-Z][A-Za-z]+)\?(.*)$/

/**
 * Reads a Reference in any of its forms: `Patient/ID` (also as an absolute URL, also with a version), the conditional
 * `Practitioner?identifier=SYSTEM|VALUE`, `urn:uuid:ID`, and the logical `{ identifier }`. Both a literal and a logical
 * form may be there; the literal one comes first. Source: FHIR R4 references.html and Bulk Data.
 */
export function parseReference(value: unknown): ParsedReference {
  const reference = object(value)
  if (!reference) return { targets: [], problem: 'there is no reference' }
  const targets: Target[] = []
  let problem: string | null = null
  const type = text(reference['type'])
  const literal = text(reference['reference'])
  if (literal !== null) {
    const parsed = parseLiteral(literal, type)
    if (typeof parsed === 'string') problem = parsed
    else targets.push(parsed)
  }
  const identifier = toIdentifier(reference['identifier'])
  if (identifier) targets.push({ type, identifier })
  if (targets.length === 0) problem ??= 'the reference has neither a literal reference nor an identifier'
  return { targets, problem: targets.length === 0 ? problem : null }
}

function parseLiteral(literal: string, type: string | null): Target | string {
  if (literal.startsWith('#')) return 'the reference points into a contained resource'
  const uuid = /^urn:uuid:(.+)$/i.exec(literal)?.[1]
  if (uuid !== undefined) return { type, id: uuid.toLowerCase() }
  const query = conditional.exec(literal)
  if (query) return parseConditional(query[1] ?? '', query[2] ?? '')
  const path = withId.exec(literal)
  if (path) return { type: path[1] ?? null, id: path[2] ?? '' }
  return 'the reference is in a form that is not known'
}

function parseConditional(type: string, query: string): Target | string {
  const pairs = query.split('&').map((pair) => pair.split('='))
  const found = pairs.filter(([name]) => name === 'identifier')
  if (pairs.length !== 1 || found.length !== 1)
    return 'a conditional reference must ask for one identifier alone'
  const token = decode((found[0] ?? []).slice(1).join('='))
  const bar = token.indexOf('|')
  const identifier =
    bar > 0 ? toIdentifier({ system: token.slice(0, bar), value: token.slice(bar + 1) }) : null
  return identifier ? { type, identifier } : 'a conditional reference needs SYSTEM|VALUE'
}

/** Exports write the query part as it is or percent-encoded; what cannot be decoded is taken as written. */
function decode(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

/** An Identifier with both a system and a value, which alone can be matched. */
export function toIdentifier(value: unknown): Identifier | null {
  const identifier = object(value)
  const system = text(identifier?.['system'])
  const found = text(identifier?.['value'])
  return system && found ? { system, value: found } : null
}

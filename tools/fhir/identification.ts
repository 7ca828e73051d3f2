import { codings, object, objects, text } from './element.ts'
import { toIdentifier } from './reference.ts'

export type IdentificationInput = {
  system: string
  name: string
  value: string
  startAt?: string
  endAt?: string
}

const kept = ['official', 'usual', 'secondary', null]

/**
 * The identifiers that a person is or was known by, named by what their type says. One without a type is a server's own
 * handle and no identification; one that is temporary, or old without a day on which it ended, is left out.
 */
export function identificationsOf(value: unknown) {
  const identifications: IdentificationInput[] = []
  const leftOut = new Set<string>()
  for (const one of objects(value)) {
    const identifier = toIdentifier(one)
    const name = typeName(one['type'])
    const period = object(one['period'])
    const [startAt, endAt] = [dayOf(period?.['start']), dayOf(period?.['end'])]
    const use = text(one['use'])
    if (!identifier || !(kept.includes(use) || (use === 'old' && endAt)))
      leftOut.add('identifier (old, temporary or incomplete)')
    else if (name === null) leftOut.add('identifier (of no type)')
    else {
      const days = { ...(startAt === null ? {} : { startAt }), ...(endAt === null ? {} : { endAt }) }
      identifications.push({ system: identifier.system, name, value: identifier.value, ...days })
    }
  }
  return { identifications, leftOut: [...leftOut] }
}

/** The day of a FHIR dateTime as it is written, when it is written to the day. */
function dayOf(value: unknown): string | null {
  return /^\d{4}-\d{2}-\d{2}(?=T|$)/.exec(text(value) ?? '')?.[0] ?? null
}

function typeName(type: unknown): string | null {
  const coding = codings(type)[0]
  return text(object(type)?.['text']) ?? coding?.display ?? coding?.code ?? null
}

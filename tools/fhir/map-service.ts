import { codings, object, objects, text, toCoding } from './element.ts'
import type { Json } from './element.ts'
import type { ExternalId } from './mapped.ts'

/** The service that an encounter was about, as its type (else its class) names it. */
export type ServiceKind = { externalId: ExternalId; name: string }

const classNames: Record<string, string> = {
  AMB: 'Ambulatory',
  EMER: 'Emergency',
  FLD: 'Field',
  HH: 'Home health',
  IMP: 'Inpatient encounter',
  ACUTE: 'Inpatient acute',
  NONAC: 'Inpatient non-acute',
  OBSENC: 'Observation encounter',
  PRENC: 'Pre-admission',
  SS: 'Short stay',
  VR: 'Virtual',
}

/**
 * The service of an Encounter: its first typed code, else its class. The code is the identity and the words beside it
 * the name, which exports write in more than one way.
 */
export function serviceOf(encounter: Json): ServiceKind | null {
  const type = objects(encounter['type'])[0]
  const coding = codings(type)[0]
  if (coding) {
    const name = text(object(type)?.['text']) ?? coding.display ?? coding.code
    return { externalId: { system: coding.system ?? 'urn:fhir:encounter-type', value: coding.code }, name }
  }
  const kind = toCoding(encounter['class'])
  if (!kind) return null
  const name = kind.display ?? classNames[kind.code] ?? kind.code
  return { externalId: { system: kind.system ?? 'urn:fhir:encounter-class', value: kind.code }, name }
}

/** Counts the services that encounters are about, and what each is called. */
export type ServiceCensus = {
  add(encounter: Json): void
  /** One entry per code, named by its most frequent name (the first in the alphabet among equals). */
  services(): ServiceKind[]
}

/** Creates an empty census. It holds counts per code and name, never an encounter. */
export function createServiceCensus(): ServiceCensus {
  const found = new Map<string, { externalId: ExternalId; names: Map<string, number> }>()
  return {
    add(encounter) {
      const kind = serviceOf(encounter)
      if (!kind) return
      const key = `${kind.externalId.system}|${kind.externalId.value}`
      const entry = found.get(key) ?? { externalId: kind.externalId, names: new Map<string, number>() }
      entry.names.set(kind.name, (entry.names.get(kind.name) ?? 0) + 1)
      found.set(key, entry)
    },
    services: () =>
      [...found.values()].map(({ externalId, names }) => ({
        externalId,
        name: mostFrequent(names) ?? externalId.value,
      })),
  }
}

function mostFrequent(counts: Map<string, number>): string | null {
  const sorted = [...counts].sort(([a, inA], [b, inB]) => inB - inA || (a < b ? -1 : 1))
  return sorted[0]?.[0] ?? null
}

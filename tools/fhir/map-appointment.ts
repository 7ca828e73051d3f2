import { ResourceReader, codings, object, objects, text, toCoding } from './element.ts'
import type { Json } from './element.ts'
import { extensionsLeftOut, externalIdOf, noExternalId, withoutNulls } from './mapped.ts'
import type { ExternalId, Mapped } from './mapped.ts'
import { serviceOf } from './map-service.ts'
import type { MappingOptions } from './options.ts'
import type { ReferenceMap, Resolved } from './reference-map.ts'

export type AppointmentInput = {
  externalId: ExternalId
  patientId: string
  providerId: string
  locationId: string
  serviceId: string
  startAt: string
  untilAt: string
  status: string
  visitType: 'PHYSICAL_VISIT' | 'VIRTUAL_VISIT'
  reason?: string
}

/** Encounter.status and the status of the appointment it was. Source: FHIR R4 valueset-encounter-status. */
const statuses: Record<string, string> = {
  planned: 'BOOKED',
  arrived: 'ARRIVED',
  triaged: 'IN_ROOM',
  'in-progress': 'BEING_SEEN',
  onleave: 'BEING_SEEN',
  finished: 'VISIT_COMPLETED',
  cancelled: 'CANCELLED',
  // Not in the value set, but written by exporters that join appointments and encounters.
  noshow: 'NO_SHOW',
}

/** Maps an Encounter to the appointment it was; `references` knows the records that it points at. */
export function mapAppointment(
  resource: Json,
  options: MappingOptions,
  references: ReferenceMap,
): Mapped<AppointmentInput> {
  const reader = new ResourceReader(resource)
  const externalId = externalIdOf(resource, options.source)
  const patient = references.resolve(reader.take('subject'), ['Patient'])
  const provider = providerOf(reader, references)
  const location = locationOf(reader, references)
  const service = serviceRecord(resource, references)
  const times = timesOf(reader)
  const written = text(reader.take('status')) ?? 'none'
  const status = statuses[written]
  const problems = [
    ...(externalId ? [] : [noExternalId]),
    ...problemOf('patient', patient),
    ...problemOf('provider', provider),
    ...problemOf('location', location),
    ...problemOf('service', service),
    ...('problem' in times ? [times.problem] : []),
    ...(status
      ? []
      : [`its status (${written in notVisits ? written : 'not in the value set'}) is no state of a visit`]),
  ]
  const found = 'id' in patient && 'id' in provider && 'id' in location && 'id' in service
  if (!externalId || !found || 'problem' in times || !status) return { problems }

  const virtual = toCoding(reader.take('class'))?.code === 'VR'
  const input = withoutNulls({
    externalId,
    patientId: patient.id,
    providerId: provider.id,
    locationId: location.id,
    serviceId: service.id,
    ...times,
    status,
    visitType: virtual ? ('VIRTUAL_VISIT' as const) : ('PHYSICAL_VISIT' as const),
    reason: reasonOf(reader),
  })
  reader.take('identifier')
  if (objects(reader.take('type')).length > 1) reader.leaveOut('type (second and later)')
  extensionsLeftOut(resource, reader)
  return { input, leftOut: reader.leftOut() }
}

const notVisits = { 'entered-in-error': true, unknown: true, none: true }

function problemOf(what: string, resolved: Resolved): string[] {
  return 'problem' in resolved ? [`its ${what} cannot be found: ${resolved.problem}`] : []
}

/** The primary performer, else the attender, else whoever took part. */
function providerOf(reader: ResourceReader, references: ReferenceMap): Resolved {
  const rank = (participant: Json): number => {
    const codes = codings(participant['type']).map(({ code }) => code)
    return codes.includes('PPRF') ? 0 : codes.includes('ATND') ? 1 : 2
  }
  const participants = objects(reader.take('participant')).toSorted((a, b) => rank(a) - rank(b))
  if (participants.length > 1) reader.leaveOut('participant (second and later)')
  let said: Resolved = { problem: 'nobody is said to have taken part' }
  for (const participant of participants) {
    const found = references.resolve(participant['individual'], ['Practitioner', 'PractitionerRole'])
    if ('id' in found) return found
    if (participant === participants[0]) said = found
  }
  return said
}

/** The first location that is known; where none is named, the one location of the organisation that served. */
function locationOf(reader: ResourceReader, references: ReferenceMap): Resolved {
  const locations = objects(reader.take('location'))
  if (locations.length > 1) reader.leaveOut('location (second and later)')
  let said: Resolved | null = null
  for (const location of locations) {
    const found = references.resolve(location['location'], ['Location'])
    if ('id' in found) return found
    said ??= found
  }
  if (said) return said
  const served = references.resolve(reader.take('serviceProvider'), ['Organization'])
  return 'id' in served
    ? served
    : { problem: 'none is named, and no single one is known of the organisation that served' }
}

function serviceRecord(resource: Json, references: ReferenceMap): Resolved {
  const kind = serviceOf(resource)
  if (!kind) return { problem: 'it has neither a type nor a class' }
  return references.resolve({ identifier: kind.externalId }, ['HealthcareService'])
}

const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/

/** Start and end of the period; an end that is absent is start plus length where a length is said. */
function timesOf(reader: ResourceReader): { startAt: string; untilAt: string } | { problem: string } {
  const period = object(reader.take('period'))
  const startAt = text(period?.['start'])
  if (startAt === null || !instant.test(startAt) || Number.isNaN(Date.parse(startAt))) {
    return { problem: 'it does not say at which instant it began' }
  }
  const untilAt = text(period?.['end']) ?? endByLength(reader, startAt)
  if (untilAt === null || !instant.test(untilAt) || Number.isNaN(Date.parse(untilAt))) {
    return { problem: 'it does not say at which instant it ended' }
  }
  if (Date.parse(untilAt) <= Date.parse(startAt)) return { problem: 'it ends no later than it began' }
  return { startAt, untilAt }
}

const unitMs: Record<string, number> = { s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 }

function endByLength(reader: ResourceReader, startAt: string): string | null {
  const length = object(reader.take('length'))
  const unit = unitMs[text(length?.['code']) ?? text(length?.['unit']) ?? '']
  const value = length?.['value']
  if (unit === undefined || typeof value !== 'number' || value <= 0) return null
  return new Date(Date.parse(startAt) + value * unit).toISOString()
}

function reasonOf(reader: ResourceReader): string | null {
  const reasons = objects(reader.take('reasonCode'))
  const words = reasons.map((reason) => text(reason['text']) ?? codings(reason)[0]?.display ?? null)
  return words.filter((word) => word !== null).join('; ') || null
}

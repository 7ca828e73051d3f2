import { hasRoom, holdsTime, isOnGrid, takesService, takesVisitType } from './bookable.ts'
import type { Calendar, OpenHours, Taken } from './bookable.ts'
import type { VisitType } from './names.ts'
import { noticeOf, type NoticeWanted } from './notice.ts'
import type { LocationRow, ProviderRow, ServiceRow } from './tables.ts'
import { overlapping, type Span } from './timeline.ts'
import type { Holder } from './time-claims.ts'

/** What stands in the way of a booking. */
export interface Blocking {
  type: 'Appointment' | 'DraftAppointment' | 'GroupVisit' | 'Offtime'
  id: string
}

/** A rule that a booking breaks, and the field of its input that would have to be another. */
export interface Broken {
  field: 'startAt' | 'locationId' | 'providerId' | 'serviceId' | 'visitType' | 'patientId' | 'status'
  rule: string
  message: string
  blockedBy?: Blocking[]
}

/** A booking as the rules see it. */
export interface Wanted extends Span {
  provider: Pick<ProviderRow, 'deactivated'>
  location: Pick<LocationRow, 'id' | 'zone' | 'deactivated'>
  /** Null when it is for no service in particular. */
  service:
    | (Pick<ServiceRow, 'id' | 'deactivated' | 'allowNewPatient' | 'allowExistingPatient'> & NoticeWanted)
    | null
  /** Null when the work hours are to say it. */
  visitType: VisitType | null
  /** Whether it keeps the start of a booking that was made: how long before it was booked is not judged again. */
  keepsStart: boolean
}

/** What is known of the patient: whether they have been here, and their appointments at the time. */
export interface PatientStanding {
  isNew: boolean
  overlapping: readonly Taken[]
}

/** What the rules judge by. What the booking itself holds already is not among it. */
export interface Known {
  calendar: Calendar
  /** Null when it is for nobody yet. */
  patient: PatientStanding | null
  /** Whether the domain refuses a booking at a time at which the patient has another. */
  refusesOverlap: boolean
  nowMs: number
}

/** What the rules make of a booking: which it breaks, how many may take its time, and which visit type it has. */
export interface Judged {
  broken: Broken[]
  slot: number
  visitType: VisitType
}

/** The hours that hold the time, less and less of them as more is asked for; where none is left, those from before. */
interface Narrowed {
  holding: OpenHours[]
  forService: OpenHours[]
  forVisitType: OpenHours[]
  onGrid: OpenHours[]
}

/** Judges a booking by every rule. What breaks none is what `listBookable` lists, of whatever length. */
export function judge(wanted: Wanted, known: Known): Judged {
  const { hours, taken } = known.calendar
  const serviceId = wanted.service?.id ?? null
  const at = hours.filter((each) => each.locationId === wanted.location.id)
  const holding = at.filter((each) => holdsTime(each, wanted))
  const forService = narrow(holding, (each) => takesService(each, serviceId))
  const forVisitType = narrow(forService, (each) => takesVisitType(each, wanted.visitType))
  const onGrid = narrow(forVisitType, (each) => isOnGrid(each, wanted.startMs, taken))
  const narrowed = { holding, forService, forVisitType, onGrid }
  const broken = rules.flatMap((rule) => rule(wanted, known, narrowed) ?? [])
  const best = bestOf(narrowed)
  return {
    broken,
    slot: best?.slot ?? 1,
    visitType: wanted.visitType ?? best?.visitType ?? 'PHYSICAL_VISIT',
  }
}

function narrow(hours: OpenHours[], fits: (hours: OpenHours) => boolean): OpenHours[] {
  const fitting = hours.filter(fits)
  return fitting.length > 0 ? fitting : hours
}

/** The hours that take the most at once, of those that fit best. */
function bestOf({ onGrid }: Narrowed): OpenHours | undefined {
  return onGrid.toSorted((one, other) => other.slot - one.slot)[0]
}

type Rule = (wanted: Wanted, known: Known, narrowed: Narrowed) => Broken | null

const rules: Rule[] = [
  ({ location }) =>
    location.deactivated
      ? broken('locationId', 'LOCATION_DEACTIVATED', 'The location is no longer in use.')
      : null,
  ({ provider }) =>
    provider.deactivated
      ? broken('providerId', 'PROVIDER_DEACTIVATED', 'The provider no longer practises here.')
      : null,
  ({ service }) =>
    service?.deactivated
      ? broken('serviceId', 'SERVICE_DEACTIVATED', 'The service is no longer offered.')
      : null,
  (_, __, { holding }) =>
    holding.length === 0
      ? broken(
          'startAt',
          'OUTSIDE_WORK_HOURS',
          'The provider has no work hours at this location that hold the whole of this time.',
        )
      : null,
  ({ service }, _, { forService }) =>
    forService.length > 0 && !forService.some((each) => takesService(each, service?.id ?? null))
      ? broken('serviceId', 'SERVICE_NOT_ALLOWED', 'The work hours at this time do not take this service.')
      : null,
  ({ visitType }, _, { forVisitType }) =>
    forVisitType.length > 0 && !forVisitType.some((each) => takesVisitType(each, visitType))
      ? broken(
          'visitType',
          'VISIT_TYPE_NOT_ALLOWED',
          'The work hours at this time are of another visit type.',
        )
      : null,
  ({ startMs }, { calendar }, { onGrid }) =>
    onGrid.length > 0 && !onGrid.some((each) => isOnGrid(each, startMs, calendar.taken))
      ? broken(
          'startAt',
          'OFF_GRID',
          'Appointments do not begin at this time: it is not on the grid of the hours.',
        )
      : null,
  judgeOffTime,
  judgeShortestNotice,
  judgeLongestNotice,
  judgePatient,
  judgeOverlap,
  judgeRoom,
]

function broken(field: Broken['field'], rule: string, message: string, blockedBy?: Blocking[]): Broken {
  return { field, rule, message, ...(blockedBy && { blockedBy }) }
}

function judgeOffTime(wanted: Wanted, { calendar }: Known): Broken | null {
  const away = overlapping(calendar.away, wanted)
  if (away.length === 0) return null
  const blockedBy = away.map(({ id }): Blocking => ({ type: 'Offtime', id: String(id) }))
  return broken('startAt', 'IN_OFF_TIME', 'The provider is away at this time.', blockedBy)
}

function judgeShortestNotice(wanted: Wanted, { nowMs }: Known): Broken | null {
  const { earliestMs } = noticeOf(wanted.service, wanted.location.zone, nowMs)
  return !wanted.keepsStart && wanted.startMs < earliestMs
    ? broken('startAt', 'TOO_SOON', 'The service is not booked at such short notice.')
    : null
}

function judgeLongestNotice(wanted: Wanted, { nowMs }: Known): Broken | null {
  const { beforeMs } = noticeOf(wanted.service, wanted.location.zone, nowMs)
  return !wanted.keepsStart && wanted.startMs >= beforeMs
    ? broken('startAt', 'TOO_FAR_AHEAD', 'The service is not booked so long before.')
    : null
}

function judgePatient({ service }: Wanted, { patient }: Known): Broken | null {
  if (!service || !patient || admits(service, patient)) return null
  return patient.isNew
    ? broken('patientId', 'NEW_PATIENT_NOT_ALLOWED', 'The service is not for new patients.')
    : broken('patientId', 'EXISTING_PATIENT_NOT_ALLOWED', 'The service is for new patients only.')
}

/** Tells whether a service is for a patient, or for anybody at all when it is not known for whom. */
export function admits(
  service: Pick<ServiceRow, 'allowNewPatient' | 'allowExistingPatient'>,
  patient: Pick<PatientStanding, 'isNew'> | null,
): boolean {
  if (!patient) return service.allowNewPatient || service.allowExistingPatient
  return patient.isNew ? service.allowNewPatient : service.allowExistingPatient
}

function judgeOverlap(_: Wanted, { patient, refusesOverlap }: Known): Broken | null {
  return refusesOverlap && patient && patient.overlapping.length > 0
    ? patientOverlap('startAt', patient.overlapping.map(toBlocking))
    : null
}

/** The rule that a booking breaks at a time at which the patient has others, where the domain refuses that. */
export function patientOverlap(field: Broken['field'], others: Blocking[]): Broken {
  return broken(field, 'PATIENT_OVERLAP', overlapMessage, others)
}

export const overlapMessage = 'The patient has another appointment at this time.'

function judgeRoom(wanted: Wanted, { calendar }: Known, narrowed: Narrowed): Broken | null {
  const best = bestOf(narrowed)
  if (!best || hasRoom(calendar.taken, wanted, best.slot)) return null
  return slotTaken(overlapping(calendar.taken, wanted))
}

/** The rule that a booking breaks for which others left no room. */
export function slotTaken(others: Taken[]): Broken {
  const blockedBy = others.map(toBlocking)
  return broken('startAt', 'SLOT_TAKEN', 'The provider has no room left at this time.', blockedBy)
}

const blockingTypes = {
  appointment: 'Appointment',
  draft: 'DraftAppointment',
  group_visit: 'GroupVisit',
} as const satisfies Record<Holder['holderKind'], Blocking['type']>

export function toBlocking({ holderKind, holderId }: Holder): Blocking {
  return { type: blockingTypes[holderKind], id: String(holderId) }
}

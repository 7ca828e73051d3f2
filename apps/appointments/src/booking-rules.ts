import type { Violations } from '@commonchart/errors'
import { together } from '@commonchart/database'
import { findSetting } from '@commonchart/subgraph'
import type { Transaction } from 'kysely'
import type { Taken } from './bookable.ts'
import {
  createCalendar,
  createCalendars,
  readHours,
  readPatientStanding,
  type KnownHours,
} from './booking-inputs.ts'
import { findBusy } from './busy.ts'
import type { AppointmentsChange } from './context.ts'
import {
  judge,
  overlapMessage,
  toBlocking,
  type Blocking,
  type Broken,
  type PatientStanding,
  type Wanted,
} from './rules.ts'
import type { VisitType } from './names.ts'
import type { LocationRow, ProviderRow, ServiceRow, Tables } from './tables.ts'
import type { Holder } from './time-claims.ts'

/** A booking that is to be judged. */
export interface Wish {
  provider: Pick<ProviderRow, 'id' | 'deactivated'>
  location: Pick<LocationRow, 'id' | 'zone' | 'deactivated'>
  /** Null when it is for no service in particular. */
  service: (NonNullable<Wanted['service']> & Pick<ServiceRow, 'providerDefaultStatus'>) | null
  startsAt: Date
  endsAt: Date
  /** Null when the work hours are to say it. */
  visitType: VisitType | null
  /** Whom it is for; nobody when it is only held. */
  patientId?: string | null
  /** Who holds time already that the booking gives up. */
  holder?: Holder
  /** Whether it keeps the start that it was booked with: how long before is not judged again. */
  keepsStart?: boolean
}

/** What the rules make of a booking: how many may take its time, and which visit type it has. */
export interface Judgement {
  slot: number
  visitType: VisitType
  /** The other appointments of the patient at the time. */
  overlapped: Blocking[]
}

/** What a booking is judged by besides its provider, its place and its service. */
export interface BookingFacts {
  hours: KnownHours
  /** What takes the provider's time, from an instant before the booking on. */
  busy: Taken[]
  patient: PatientStanding | null
}

/** Reads what a booking is judged by. The caller holds the provider's row, so that work hours stay as they are. */
export async function readBookingFacts(
  trx: Transaction<Tables>,
  domainId: number,
  booking: { providerId: number; locationId: number; holder?: Holder } & Pick<
    Wish,
    'startsAt' | 'endsAt' | 'patientId'
  >,
): Promise<BookingFacts> {
  const { providerId, locationId, patientId, holder } = booking
  const time = { startMs: booking.startsAt.getTime(), endMs: booking.endsAt.getTime() }
  // From an instant before: where something ends that is taken, a stacked appointment may begin.
  const near = { startMs: time.startMs - 1, endMs: time.endMs }
  const [hours, busy, patient] = await together([
    readHours(trx, domainId, [providerId], [locationId], near),
    findBusy(trx, domainId, [providerId], near, { lanes: true }),
    patientId ? readPatientStanding(trx, domainId, patientId, time, holder) : null,
  ])
  return { hours, busy: busy.get(providerId) ?? [], patient }
}

/**
 * Judges a booking by the same rules as those by which availabilities are shown, and adds each that it breaks. The caller
 * holds the provider's row, so that work hours stay as they are; who else takes the time at once the claims decide. What is
 * `known` is not read again.
 */
export async function judgeBooking(
  trx: Transaction<Tables>,
  domainId: number,
  wish: Wish,
  violations: Violations,
  known?: BookingFacts,
): Promise<Judgement> {
  const { provider, location, service, holder } = wish
  const time = { startMs: wish.startsAt.getTime(), endMs: wish.endsAt.getTime() }
  const ids = { providerId: provider.id, locationId: location.id }
  const { hours, busy, patient } = known ?? (await readBookingFacts(trx, domainId, { ...wish, ...ids }))
  const taken = busy.filter((each) => !holder || !isHeldBy(each, holder))
  // Hours that hold the whole time hold its start: however far away it ends, no more days are looked at.
  const start = { startMs: time.startMs, endMs: time.startMs + 1 }
  const calendars = createCalendars(hours, new Map([[provider.id, taken]]), [location], start)
  const overlapped = patient?.overlapping.map(toBlocking) ?? []
  const { broken, slot, visitType } = judge(
    { provider, location, service, visitType: wish.visitType, ...time, keepsStart: wish.keepsStart === true },
    {
      calendar: calendars.get(provider.id) ?? createCalendar([], taken, hours.away),
      patient,
      refusesOverlap: overlapped.length > 0 && (await refusesOverlap(trx, domainId)),
      nowMs: Date.now(),
    },
  )
  addBroken(violations, broken)
  return { slot, visitType, overlapped }
}

/** Tells whether a domain refuses a booking at a time at which the patient has another; otherwise it is warned of. */
export async function refusesOverlap(trx: Transaction<Tables>, domainId: number): Promise<boolean> {
  return (await findSetting<string>(trx, domainId, 'patientOverlap')) === 'REFUSE'
}

/** Warns that the patient has other appointments at the time of one that was booked. */
export function warnOfOverlap(
  { warn }: Pick<AppointmentsChange, 'warn'>,
  { overlapped }: Pick<Judgement, 'overlapped'>,
): void {
  if (overlapped.length > 0) warn('PATIENT_OVERLAP', overlapMessage, { blockedBy: overlapped })
}

/** Adds rules that a booking breaks, each at the field of its input. */
export function addBroken(violations: Violations, broken: Broken[]): void {
  for (const { field, rule, message, blockedBy } of broken)
    violations.add(`input.${field}`, rule, message, blockedBy && { blockedBy })
}

/** Tells whether time is held by a holder. */
export function isHeldBy(held: Holder, { holderKind, holderId }: Holder): boolean {
  return held.holderKind === holderKind && String(held.holderId) === String(holderId)
}

import type { Violations } from '@commonchart/errors'
import { findSetting } from '@commonchart/subgraph'
import type { Transaction } from 'kysely'
import { createCalendar, createCalendars, readHours, readPatientStanding } from './booking-inputs.ts'
import { findBusy } from './busy.ts'
import type { AppointmentsChange } from './context.ts'
import { judge, overlapMessage, toBlocking, type Blocking, type Broken, type Wanted } from './rules.ts'
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

/**
 * Judges a booking by the same rules as those by which availabilities are shown, and adds each that it breaks. The caller
 * holds the provider's row, so that work hours stay as they are; who else takes the time at once the claims decide.
 */
export async function judgeBooking(
  trx: Transaction<Tables>,
  domainId: number,
  wish: Wish,
  violations: Violations,
): Promise<Judgement> {
  const { provider, location, service, patientId, holder } = wish
  const time = { startMs: wish.startsAt.getTime(), endMs: wish.endsAt.getTime() }
  // From an instant before: where something ends that is taken, a stacked appointment may begin.
  const near = { startMs: time.startMs - 1, endMs: time.endMs }
  const [hours, busy, patient] = await Promise.all([
    readHours(trx, domainId, [provider.id], [location.id], near),
    findBusy(trx, domainId, [provider.id], near, { lanes: true }),
    patientId ? readPatientStanding(trx, domainId, patientId, time, holder) : null,
  ])
  const taken = (busy.get(provider.id) ?? []).filter((each) => !holder || !isHeldBy(each, holder))
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

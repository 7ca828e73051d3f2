import { toWall } from '@commonchart/clinic-time'
import { Violations } from '@commonchart/errors'
import { parseIntId } from '@commonchart/subgraph'
import { sql } from 'kysely'
import { addBroken, isHeldBy, type Wish } from './booking-rules.ts'
import type { Taken } from './bookable.ts'
import { findBusy } from './busy.ts'
import type { AppointmentsChange } from './context.ts'
import { freeExpired } from './draft-expiry.ts'
import { MissingReferences } from './references.ts'
import { slotTaken } from './rules.ts'
import { claimTime, passTime, type Holder, type Stretch } from './time-claims.ts'
import { busiest } from './timeline.ts'

/** What an appointment is made of besides its patient and its time. */
export type Subjects = Pick<Wish, 'location' | 'provider' | 'service'>

/**
 * Reads the location, provider and service, where there is one, of a booking; the provider's row is held, so that work hours stay as they are.
 * Throws `NOT_FOUND` with the path of each that is not there.
 */
export async function getSubjects(
  { trx, domainId }: AppointmentsChange,
  ids: { locationId: string | number; providerId: string | number; serviceId: string | number | null },
): Promise<Subjects> {
  const missing = new MissingReferences()
  const { rows } = await sql<{ [Name in keyof Subjects]: Subjects[Name] | null }>`/* prepare get_subjects */
    SELECT (SELECT to_json(provider) FROM (
        SELECT id, deactivated FROM provider WHERE domain_id = ${domainId} AND id = ${parseIntId(ids.providerId) ?? 0}
        FOR KEY SHARE) provider) AS provider,
      (SELECT json_build_object('id', id, 'zone', zone, 'deactivated', deactivated) FROM location
        WHERE domain_id = ${domainId} AND id = ${parseIntId(ids.locationId) ?? 0}) AS location,
      (SELECT json_build_object('id', id, 'deactivated', deactivated, 'providerDefaultStatus', provider_default_status,
          'allowNewPatient', allow_new_patient, 'allowExistingPatient', allow_existing_patient,
          'minRequestableInterval', min_requestable_interval,
          'minRequestableIntervalType', min_requestable_interval_type, 'maxRequestableDays', max_requestable_days)
        FROM service WHERE domain_id = ${domainId} AND id = ${parseIntId(ids.serviceId ?? '') ?? 0}) AS service`.execute(
    trx,
  )
  const { location, provider, service } = rows[0] ?? {}
  if (!location) missing.add('input.locationId')
  if (!provider) missing.add('input.providerId')
  if (!service && ids.serviceId !== null) missing.add('input.serviceId')
  missing.throwIfAny()
  if (!location || !provider) throw new Error('what is missing was refused')
  return { location, provider, service: service ?? null }
}

/**
 * Takes a provider's time for a holder, and tells whether it goes over the capacity. An override takes a free lane where
 * there is one and goes over capacity where there is none; anything else then throws `SLOT_TAKEN`. Time that is `held` for
 * the holder changes hands instead; what drafts that have expired still hold is freed when it is in the way.
 */
export async function bookTime(
  change: AppointmentsChange,
  holder: Holder,
  time: Stretch,
  { slot, override, held = null, begun }: BookTimeOptions,
): Promise<{ overbooked: boolean }> {
  const { trx, domainId } = change
  if (held && (await passTime(trx, domainId, held, holder))) return { overbooked: false }
  const claim = (from = 0) => claimTime(trx, domainId, time, { from, to: slot }, holder)
  const claimed =
    begun?.claimed || (await claim(begun && 1)) || ((await freeExpired(change, time)) && (await claim()))
  if (override) return { overbooked: !claimed }
  const busy = begun?.claimed ? begun.busy : await findBusyOf(change, time)
  const others = busy.filter((each) => !isHeldBy(each, holder))
  if (claimed && busiest(others) < slot) return { overbooked: false }
  const violations = new Violations()
  addBroken(violations, [slotTaken(others)])
  violations.throwIfAny()
  throw new Error('what is taken was refused')
}

interface BookTimeOptions {
  slot: number
  override: boolean
  held?: Holder | null
  /** What came of the first lane, where it was tried already, and what took the time right after. */
  begun?: { claimed: boolean; busy: Taken[] }
}

/** Finds all that takes a provider's time. */
export async function findBusyOf(
  { trx, domainId }: Pick<AppointmentsChange, 'trx' | 'domainId'>,
  { providerId, startsAt, endsAt }: Stretch,
): Promise<Taken[]> {
  const span = { startMs: startsAt.getTime(), endMs: endsAt.getTime() }
  const busy = await findBusy(trx, domainId, [providerId], span, { lanes: false })
  return busy.get(providerId) ?? []
}

/** The columns in which an appointment keeps its time: instants, what the clock on the wall shows, and whose clock. */
export function timeColumns(startsAt: Date, endsAt: Date, zone: string) {
  return { startsAt, endsAt, startWall: toWall(startsAt, zone), endWall: toWall(endsAt, zone), zone }
}

/** Adds a violation when an appointment would not end after it begins. */
export function judgeTimes(startsAt: Date, endsAt: Date, violations: Violations, path = 'input'): boolean {
  const inOrder = startsAt.getTime() < endsAt.getTime()
  if (!inOrder)
    violations.add(`${path}.untilAt`, 'TIMES_OUT_OF_ORDER', 'An appointment ends after it begins.')
  return inOrder
}

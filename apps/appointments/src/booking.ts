import { toWall } from '@commonchart/clinic-time'
import { Violations } from '@commonchart/errors'
import { parseIntId } from '@commonchart/subgraph'
import { addBroken, isHeldBy, type Wish } from './booking-rules.ts'
import { findBusy } from './busy.ts'
import type { AppointmentsChange } from './context.ts'
import { freeExpired } from './draft-expiry.ts'
import { findLocations } from './locations.ts'
import { findProviderLocked } from './providers.ts'
import { MissingReferences } from './references.ts'
import { findServices } from './services.ts'
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
  const [locationId, serviceId] = [parseIntId(ids.locationId) ?? 0, parseIntId(ids.serviceId ?? '') ?? 0]
  const provider = await findProviderLocked(trx, domainId, String(ids.providerId), 'booking')
  const location = (await findLocations(trx, domainId, [locationId])).get(String(locationId))
  const service = (await findServices(trx, domainId, [serviceId])).get(String(serviceId))
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
  { slot, override, held = null }: { slot: number; override: boolean; held?: Holder | null },
): Promise<{ overbooked: boolean }> {
  const { trx, domainId } = change
  if (held && (await passTime(trx, domainId, held, holder))) return { overbooked: false }
  const claim = () => claimTime(trx, domainId, time, slot, holder)
  const claimed = (await claim()) || ((await freeExpired(change, time)) && (await claim()))
  if (override) return { overbooked: !claimed }
  const span = { startMs: time.startsAt.getTime(), endMs: time.endsAt.getTime() }
  const busy = await findBusy(trx, domainId, [time.providerId], span, { lanes: false })
  const others = (busy.get(time.providerId) ?? []).filter((each) => !isHeldBy(each, holder))
  if (claimed && busiest(others) < slot) return { overbooked: false }
  const violations = new Violations()
  addBroken(violations, [slotTaken(others)])
  violations.throwIfAny()
  throw new Error('what is taken was refused')
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

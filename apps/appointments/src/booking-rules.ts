import { dayOf, minuteOf, toWall, weekdayOf } from '@commonchart/clinic-time'
import type { Violations } from '@commonchart/errors'
import type { Transaction } from 'kysely'
import type { VisitType } from './names.ts'
import type { LocationRow, ProviderRow, ServiceRow, Tables } from './tables.ts'
import { findOpenHours, type OpenHours } from './work-hours.ts'

/** A booking that is to be judged. */
export interface Wish {
  provider: Pick<ProviderRow, 'id' | 'deactivated'>
  location: Pick<LocationRow, 'id' | 'zone' | 'deactivated'>
  /** Null when it is for no service in particular. */
  service: Pick<ServiceRow, 'id' | 'deactivated' | 'providerDefaultStatus'> | null
  startsAt: Date
  endsAt: Date
  /** Null when the work hours are to say it. */
  visitType: VisitType | null
}

/** What the rules make of a booking: how many may take its time, and which visit type it has. */
export interface Judgement {
  slot: number
  visitType: VisitType
}

const endOfDay = 1440

/**
 * Judges a booking by every rule but capacity, which claims decide, and adds each rule that it breaks. The caller holds the
 * provider's row, so that work hours stay as they are. Each rule is one function of `rules`.
 */
export async function judgeBooking(
  trx: Transaction<Tables>,
  domainId: number,
  wish: Wish,
  violations: Violations,
): Promise<Judgement> {
  const hours = await findHours(trx, domainId, wish)
  for (const rule of rules) rule(wish, hours, violations)
  const fitting = hours.filter((each) => allowsService(each, wish) && allowsVisitType(each, wish))
  return {
    slot: Math.max(1, ...fitting.map((each) => each.slot)),
    visitType:
      wish.visitType ??
      (fitting[0] ?? hours.find((each) => allowsService(each, wish)))?.visitType ??
      'PHYSICAL_VISIT',
  }
}

type Rule = (wish: Wish, hours: OpenHours[], violations: Violations) => void

/** Rules of the grid, of notice, of off-times and of new patients take their place in this list. */
const rules: Rule[] = [judgeInUse, judgeWorkHours, judgeService, judgeVisitType]

function judgeInUse({ location, provider, service }: Wish, _: OpenHours[], violations: Violations): void {
  if (location.deactivated)
    violations.add('input.locationId', 'LOCATION_DEACTIVATED', 'The location is no longer in use.')
  if (provider.deactivated)
    violations.add('input.providerId', 'PROVIDER_DEACTIVATED', 'The provider no longer practises here.')
  if (service?.deactivated)
    violations.add('input.serviceId', 'SERVICE_DEACTIVATED', 'The service is no longer offered.')
}

function judgeWorkHours(_: Wish, hours: OpenHours[], violations: Violations): void {
  if (hours.length === 0)
    violations.add(
      'input.startAt',
      'OUTSIDE_WORK_HOURS',
      'The provider has no work hours at this location that hold the whole of this time.',
    )
}

function judgeService(wish: Wish, hours: OpenHours[], violations: Violations): void {
  if (hours.length > 0 && !hours.some((each) => allowsService(each, wish)))
    violations.add(
      'input.serviceId',
      'SERVICE_NOT_ALLOWED',
      'The work hours at this time do not take this service.',
    )
}

function judgeVisitType(wish: Wish, hours: OpenHours[], violations: Violations): void {
  const forService = hours.filter((each) => allowsService(each, wish))
  const judged = forService.length > 0 ? forService : hours
  if (judged.length > 0 && !judged.some((each) => allowsVisitType(each, wish)))
    violations.add(
      'input.visitType',
      'VISIT_TYPE_NOT_ALLOWED',
      'The work hours at this time are of another visit type.',
    )
}

function allowsService({ serviceIds }: OpenHours, { service }: Wish): boolean {
  return !service || serviceIds.length === 0 || serviceIds.includes(service.id)
}

function allowsVisitType({ visitType }: OpenHours, wish: Wish): boolean {
  return wish.visitType === null || wish.visitType === visitType
}

/** The work hours that hold the whole of the time, on the clock of the location. */
function findHours(trx: Transaction<Tables>, domainId: number, wish: Wish): Promise<OpenHours[]> {
  const { location, provider } = wish
  const [start, end] = [toWall(wish.startsAt, location.zone), toWall(wish.endsAt, location.zone)]
  const startMinute = minuteOf(start)
  const endMinute = minuteOf(end) + (dayOf(end) === dayOf(start) ? 0 : endOfDay)
  // On another day than it began it may only end at midnight, and a clock set back cannot make it end before it began.
  if (endMinute > endOfDay || endMinute <= startMinute) return Promise.resolve([])
  const weekday = weekdayOf(dayOf(start))
  return findOpenHours(trx, domainId, {
    ...{ providerId: provider.id, locationId: location.id },
    ...{ weekday, startMinute, endMinute },
  })
}

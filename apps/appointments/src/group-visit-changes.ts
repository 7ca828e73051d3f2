import { detailOf, type AuditAction, type AuditDetail } from '@commonchart/audit'
import { Violations } from '@commonchart/errors'
import { expectVersion } from '@commonchart/subgraph'
import { judgeAttendeeOverlap } from './attendee-overlap.ts'
import { judgeTimes, timeColumns } from './booking.ts'
import { warnOfOverlap } from './booking-rules.ts'
import { changedColumns, withoutKeys } from './columns.ts'
import type { AppointmentsChange } from './context.ts'
import { cancelAttendees, holdVisit, moveAttendees, type HeldVisit } from './group-visit-attendees.ts'
import {
  getVisitSubjects,
  judgeInUse,
  readGroupVisit,
  type GroupVisitInput,
  type VisitSubjects,
} from './group-visit-input.ts'
import { bookVisitTime, writeLeaders } from './group-visit-time.ts'
import type { GroupVisitRecord } from './group-visits.ts'
import { readRequired } from './input-text.ts'
import { isLive } from './names.ts'
import { releaseTime } from './time-claims.ts'

type CreateGroupVisitInput = GroupVisitInput & {
  startAt: Date
  untilAt: Date
  locationId: string
  providerUserIds: string[]
}

/** Makes a group visit. Throws `VALIDATION_FAILED`, `SLOT_TAKEN` and `NOT_FOUND`. */
export async function createGroupVisit(
  change: AppointmentsChange,
  input: CreateGroupVisitInput,
): Promise<{ id: string }> {
  const { trx, domainId, now } = change
  const violations = new Violations()
  const values = readGroupVisit(input, violations)
  const inOrder = judgeTimes(input.startAt, input.untilAt, violations)
  if (!judgeLed(input.providerUserIds, violations) || !inOrder) violations.throwIfAny()
  const { serviceId = null, createdProviderUserId = null } = input
  const subjects = await getVisitSubjects(change, { ...input, serviceId, createdProviderUserId })
  const override = input.skipValidations === true
  if (!override) judgeInUse(subjects, violations)
  violations.throwIfAny()
  const row = await trx
    .insertInto('groupVisit')
    .values({
      ...{ name: null, nameKey: '', description: null, descriptionKey: null, capacity: null },
      ...{ status: 'BOOKED', visitType: 'PHYSICAL_VISIT' },
      ...{ allowEbooking: true, allowNewPatient: true, allowExistingPatient: true },
      ...withoutGenerated(values),
      ...{ domainId, occupied: 0, ...subjectColumns(subjects) },
      ...timeColumns(input.startAt, input.untilAt, subjects.location.zone),
      ...{ deactivated: false, version: 1, createdAt: now, updatedAt: now },
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  await writeLeaders(change, row, leaderIds(subjects))
  if (isLive(row)) await bookVisitTime(change, row, subjects, override)
  const places = ['locationId', 'providerUserIds', 'serviceId', 'createdProviderId', 'startsAt', 'endsAt']
  const more = [...withoutKeys(Object.keys(values)), ...(override ? ['skipValidations'] : [])]
  audit(change, row, 'group_visit.created', [...places, ...more])
  return { id: row.id }
}

/** Changes a group visit. Throws as `createGroupVisit` does, and `CONFLICT`. */
export async function updateGroupVisit(
  change: AppointmentsChange,
  input: GroupVisitInput & { id: string; expectedVersion?: number | null },
): Promise<{ id: string }> {
  const held = await holdVisit(change, input.id)
  const { visit, leaders } = held
  expectVersion(visit.version, input.expectedVersion)
  const violations = new Violations()
  const required = <Field extends 'startAt' | 'untilAt' | 'locationId' | 'providerUserIds'>(field: Field) =>
    readRequired(input[field], `input.${field}`, violations)
  const [startsAt, endsAt] = [required('startAt') ?? visit.startsAt, required('untilAt') ?? visit.endsAt]
  const wanted = {
    locationId: required('locationId') ?? visit.locationId,
    providerUserIds: required('providerUserIds') ?? leaders,
    serviceId: input.serviceId === undefined ? visit.serviceId : input.serviceId,
    createdProviderUserId:
      input.createdProviderUserId === undefined ? visit.createdProviderId : input.createdProviderUserId,
  }
  const values = readGroupVisit(input, violations)
  const inOrder = judgeTimes(startsAt, endsAt, violations)
  if (!judgeLed(wanted.providerUserIds, violations) || !inOrder) violations.throwIfAny()
  const subjects = await getVisitSubjects(change, wanted)
  // The zone of a location may have changed since: a visit that stays where it is keeps its clock.
  const stays = subjects.location.id === visit.locationId && isSameTime(visit, { startsAt, endsAt })
  const place = stays ? {} : timeColumns(startsAt, endsAt, subjects.location.zone)
  await changeVisit(change, held, { ...values, ...subjectColumns(subjects), ...place }, subjects, {
    ...{ violations, override: input.skipValidations === true, action: 'group_visit.updated' },
  })
  return { id: visit.id }
}

/** Takes a group visit back altogether. Throws `NOT_FOUND` and `CONFLICT`. */
export async function deactivateGroupVisit(
  change: AppointmentsChange,
  input: { id: string; expectedVersion?: number | null },
): Promise<{ id: string }> {
  const held = await holdVisit(change, input.id)
  expectVersion(held.visit.version, input.expectedVersion)
  await changeVisit(change, held, { deactivated: true }, null, {
    ...{ violations: new Violations(), override: false, action: 'group_visit.deactivated' },
  })
  return { id: held.visit.id }
}

/** Writes what differs of a visit, takes or gives up the time that follows from it, and has the attendees follow. */
async function changeVisit(
  change: AppointmentsChange,
  { visit, leaders, attendees }: HeldVisit,
  values: Partial<GroupVisitRecord>,
  subjects: VisitSubjects | null,
  { violations, override, action }: { violations: Violations; override: boolean; action: AuditAction },
): Promise<void> {
  const { trx, domainId, now } = change
  const wish = { ...visit, ...values }
  const led = subjects ? leaderIds(subjects) : leaders
  const [wasLive, staysLive] = [isLive(visit), isLive(wish)]
  const moves = !isSameTime(visit, wish) || led.toSorted().join() !== leaders.toSorted().join()
  const takes = subjects && staysLive && (moves || !wasLive) && wish.endsAt.getTime() > now.getTime()
  if (takes && !override) judgeInUse(subjects, violations)
  const left = wasLive && !staysLive ? await cancelAttendees(change, attendees) : attendees
  const occupied = visit.occupied - (attendees.length - left.length)
  if (values.capacity !== undefined && wish.capacity !== null && wish.capacity < occupied)
    violations.add('input.capacity', 'BELOW_OCCUPIED', 'More seats than that are taken.')
  const moved = takes && !isSameTime(visit, wish) ? left.map(({ patientId }) => patientId) : []
  const judged = await judgeAttendeeOverlap(change, wish, moved, violations, { field: 'startAt', override })
  violations.throwIfAny()
  const columns = changedColumns<GroupVisitRecord>(visit, { ...values, occupied })
  const ledAnew = led.join() !== leaders.join()
  const fields = [...withoutKeys(columns), ...(ledAnew ? (['providerUserIds'] as const) : [])]
  if (takes || (wasLive && !staysLive)) {
    await releaseTime(trx, domainId, { holderKind: 'group_visit', holderId: visit.id })
    if (takes) await bookVisitTime(change, wish, subjects, override)
  }
  warnOfOverlap(change, judged)
  if (fields.length === 0) return
  const version = visit.version + 1
  await trx
    .updateTable('groupVisit')
    .set({ ...withoutGenerated(values), occupied, version, updatedAt: now })
    .where('domainId', '=', domainId)
    .where('id', '=', visit.id)
    .execute()
  await writeLeaders(change, wish, led)
  if (staysLive) await moveAttendees(change, left, visit, wish, led)
  const detail = detailOf(
    { ...visit, providerUserIds: leaders },
    { ...values, occupied, providerUserIds: led },
    fields,
  )
  audit(
    change,
    { id: visit.id, version },
    action,
    [...fields, ...(override ? ['skipValidations'] : [])],
    detail,
  )
}

function isSameTime(
  one: Pick<GroupVisitRecord, 'startsAt' | 'endsAt'>,
  other: Pick<GroupVisitRecord, 'startsAt' | 'endsAt'>,
): boolean {
  return (
    one.startsAt.getTime() === other.startsAt.getTime() && one.endsAt.getTime() === other.endsAt.getTime()
  )
}

function judgeLed(providerIds: unknown[], violations: Violations): boolean {
  if (providerIds.length > 0) return true
  violations.add('input.providerUserIds', 'REQUIRED', 'A group visit has a provider.')
  return false
}

function leaderIds({ leaders }: VisitSubjects): number[] {
  return leaders.map(({ id }) => id)
}

function subjectColumns({ location, service, createdProviderId }: VisitSubjects) {
  return { locationId: location.id, serviceId: service?.id ?? null, createdProviderId }
}

/** Leaves out what the database says by itself. */
function withoutGenerated<Values extends Partial<GroupVisitRecord>>(
  values: Values,
): Omit<Values, 'fullyBooked'> {
  const { fullyBooked: _, ...others } = values
  return others
}

function audit(
  change: AppointmentsChange,
  { id, version }: Pick<GroupVisitRecord, 'id' | 'version'>,
  action: AuditAction,
  fields: string[],
  detail?: AuditDetail,
): void {
  change.audit({ action, record: { type: 'GroupVisit', id, version }, fields, ...detail })
}

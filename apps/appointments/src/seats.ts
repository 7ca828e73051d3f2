import type { AuditEvent } from '@commonchart/audit'
import { refusal, type Violations } from '@commonchart/errors'
import { sql, type Transaction } from 'kysely'
import type { AppointmentRecord } from './appointments.ts'
import { lockGroupVisit, type GroupVisitRecord } from './group-visits.ts'
import { isLive, statusesWithoutTime } from './names.ts'
import type { Tables } from './tables.ts'

/** Where the violations of an attendance are told. */
export interface SeatPaths {
  visit: string
  patient: string
}

/**
 * Judges whether a patient can have a seat of a visit whose row is held, and adds each rule that is in the way: seats are
 * counted under that lock, so none is ever sold twice.
 */
export async function judgeSeat(
  trx: Transaction<Tables>,
  visit: GroupVisitRecord,
  patientId: string,
  violations: Violations,
  paths: SeatPaths,
): Promise<void> {
  if (visit.deactivated)
    violations.add(paths.visit, 'GROUP_VISIT_DEACTIVATED', 'The group visit is deactivated.')
  else if (!isLive(visit))
    violations.add(paths.visit, 'GROUP_VISIT_CANCELLED', 'The group visit is cancelled.')
  if (await attends(trx, visit, patientId))
    violations.add(paths.patient, 'ALREADY_ATTENDING', 'The patient attends the group visit already.')
  if (visit.capacity !== null && visit.occupied >= visit.capacity)
    violations.add(paths.visit, 'GROUP_VISIT_FULL', fullMessage)
}

const fullMessage = 'Every seat of the group visit is taken.'

/** Throws what is in the way of a seat: `GROUP_VISIT_FULL` when that is all, otherwise `VALIDATION_FAILED` with every rule. */
export function refuseSeat(violations: Violations): void {
  const [first] = violations.list
  if (first && violations.list.every(({ rule }) => rule === 'GROUP_VISIT_FULL'))
    throw refusal('GROUP_VISIT_FULL', fullMessage, { path: first.path, violations: violations.list })
  violations.throwIfAny()
}

async function attends(
  trx: Transaction<Tables>,
  { domainId, id }: GroupVisitRecord,
  patientId: string,
): Promise<boolean> {
  const found = await trx
    .selectFrom('appointment')
    .select('id')
    .where('domainId', '=', domainId)
    .where('groupVisitId', '=', id)
    .where('patientId', '=', patientId)
    .where('deactivated', '=', false)
    .where('status', 'not in', [...statusesWithoutTime])
    .limit(1)
    .executeTakeFirst()
  return found !== undefined
}

/** Counts seats taken, or given up, of a visit whose row is held, and gives what is to be recorded of the visit. */
export async function countSeats(
  trx: Transaction<Tables>,
  { domainId, id, occupied, version }: GroupVisitRecord,
  by: number,
  now: Date,
): Promise<AuditEvent> {
  await trx
    .updateTable('groupVisit')
    .set({ occupied: occupied + by, version: version + 1, updatedAt: now })
    .where('domainId', '=', domainId)
    .where('id', '=', id)
    .execute()
  return {
    action: 'group_visit.updated',
    record: { type: 'GroupVisit', id, version: version + 1 },
    fields: ['occupied'],
    before: { occupied },
    after: { occupied: occupied + by },
  }
}

/**
 * Gives up the seats of appointments that were live and are not any more, and gives what is to be recorded of their visits.
 * The caller holds the appointments, which are locked before their visits.
 */
export async function freeSeats(
  trx: Transaction<Tables>,
  domainId: number,
  appointments: AppointmentRecord[],
): Promise<AuditEvent[]> {
  const ids = appointments.flatMap(({ groupVisitId }) => groupVisitId ?? [])
  if (ids.length === 0) return []
  const { rows } = await sql<{ now: Date }>`SELECT now()::timestamptz(3) AS now`.execute(trx)
  const now = rows[0]?.now ?? new Date()
  const audits: AuditEvent[] = []
  for (const [id, seats] of [...Map.groupBy(ids, (each) => each)].sort(byId)) {
    const visit = await lockGroupVisit(trx, domainId, id)
    audits.push(await countSeats(trx, visit, -seats.length, now))
  }
  return audits
}

function byId([one]: [string, unknown], [other]: [string, unknown]): number {
  return BigInt(one) < BigInt(other) ? -1 : 1
}

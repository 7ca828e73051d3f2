import { detailOf } from '@commonchart/audit'
import { Violations } from '@commonchart/errors'
import { given, parseId, type Services } from '@commonchart/subgraph'
import { findAppointments, type AppointmentRecord } from './appointments.ts'
import { bookTime, judgeTimes, timeColumns } from './booking.ts'
import { judgeBooking, type Wish } from './booking-rules.ts'
import { noCancellation } from './cancellation.ts'
import { changedColumns } from './columns.ts'
import type { AppointmentsChange } from './context.ts'
import type { ExternalId } from './external-ids.ts'
import { readImportReferences } from './import-references.ts'
import { importItems, type ImportResult } from './imports.ts'
import { readRequired, readText } from './input-text.ts'
import { isLive, type AppointmentStatus, type VisitType } from './names.ts'
import { findPatients } from './patient-refs.ts'
import type { PatientRefRow } from './patient-tables.ts'
import { keepReschedule } from './reschedules.ts'
import { releaseTime } from './time-claims.ts'
import { accessCodeOf } from './virtual-visits.ts'
import { audit, insertAppointment, markOverbooked } from './write-appointment.ts'

export interface ImportAppointmentItem {
  externalId: ExternalId
  patientId: string
  providerId?: string | null
  providerExternalId?: ExternalId | null
  locationId?: string | null
  locationExternalId?: ExternalId | null
  serviceId?: string | null
  serviceExternalId?: ExternalId | null
  startAt: Date
  untilAt: Date
  status: AppointmentStatus
  visitType?: VisitType | null
  note?: string | null
  reason?: string | null
  checkedInAt?: Date | null
  deactivated?: boolean | null
}

/** What an item says, and what its time would be booked with. */
interface Read {
  values: Partial<AppointmentRecord>
  subjects: Pick<Wish, 'location' | 'provider' | 'service'> | null
}

/**
 * Takes in appointments of other systems. No rule of booking is applied: those that are over hold no time, those to come
 * and live take a free lane or are overbooked.
 */
export async function importAppointments(
  change: AppointmentsChange,
  services: Services,
  items: ImportAppointmentItem[],
): Promise<ImportResult[]> {
  const { trx, domainId } = change
  const references = await readImportReferences(change, {
    provider: items.map((item) => ({ id: item.providerId, externalId: item.providerExternalId })),
    location: items.map((item) => ({ id: item.locationId, externalId: item.locationExternalId })),
    service: items.map((item) => ({ id: item.serviceId, externalId: item.serviceExternalId })),
  })
  const patients = await findPatients(
    trx,
    services,
    domainId,
    items.map((item) => item.patientId),
  )
  return importItems<ImportAppointmentItem, Read, AppointmentRecord>(change, items, {
    type: 'appointment',
    find: (ids) => findAppointments(trx, domainId, ids),
    read: (item, path, violations) => {
      const resolve = <Kind extends 'location' | 'provider' | 'service'>(kind: Kind) =>
        references.resolve(
          kind,
          { id: item[`${kind}Id`], externalId: item[`${kind}ExternalId`] },
          { id: `${path}.${kind}Id`, externalId: `${path}.${kind}ExternalId` },
          violations,
        )
      const [location, provider, service] = [resolve('location'), resolve('provider'), resolve('service')]
      const patient = readPatient(patients, item, path, violations)
      judgeTimes(item.startAt, item.untilAt, violations, path)
      const values = readValues(item, path, violations)
      if (!location || !provider || !service || !patient) return { values, subjects: null }
      const subjectIds = {
        patientId: patient,
        locationId: location.id,
        providerId: provider.id,
        serviceId: service.id,
      }
      return {
        values: { ...values, ...subjectIds, ...timeColumns(item.startAt, item.untilAt, location.zone) },
        subjects: { location, provider, service },
      }
    },
    insert: (read) => insert(change, read),
    change: (row, read) => update(change, row, read),
  })
}

function readPatient(
  patients: Map<string, PatientRefRow>,
  item: ImportAppointmentItem,
  path: string,
  violations: Violations,
): string | undefined {
  const patient = patients.get(parseId(item.patientId) ?? '')
  if (!patient) violations.add(`${path}.patientId`, 'NOT_FOUND', 'There is no such record in this domain.')
  else if (patient.state === 'ARCHIVED' && patient.mergedInto === null && isToCome(item))
    violations.add(`${path}.patientId`, 'PATIENT_ARCHIVED', 'The patient is archived and cannot be booked.')
  else if (patient.mergedInto !== null)
    violations.add(
      `${path}.patientId`,
      'PATIENT_ARCHIVED',
      `The patient was merged into ${patient.mergedInto}.`,
    )
  return patient?.id
}

/** Tells whether an item would take time that is still to come; the past of an archived patient is only told. */
function isToCome({ status, deactivated, startAt }: ImportAppointmentItem): boolean {
  return isLive({ status, deactivated: deactivated === true }) && startAt.getTime() > Date.now()
}

function readValues(
  item: ImportAppointmentItem,
  path: string,
  violations: Violations,
): Partial<AppointmentRecord> {
  return given({
    status: item.status,
    visitType: readRequired(item.visitType, `${path}.visitType`, violations),
    note: readText(item.note, `${path}.note`, violations),
    reason: readText(item.reason, `${path}.reason`, violations),
    checkedInAt: item.checkedInAt,
    deactivated: readRequired(item.deactivated, `${path}.deactivated`, violations),
  })
}

async function insert(change: AppointmentsChange, { values, subjects }: Read): Promise<string> {
  const { domainId, now } = change
  const row = {
    ...({
      visitType: 'PHYSICAL_VISIT',
      note: null,
      reason: null,
      checkedInAt: null,
      deactivated: false,
    } as const),
    ...(values as AppointmentRecord),
    ...{ domainId, overbooked: false, version: 1, createdAt: now, updatedAt: now },
  }
  const id = await insertAppointment(change, row)
  if (await goesOver(change, { ...row, id }, subjects)) await markOverbooked(change, id)
  audit(change, { ...row, id }, 'appointment.imported', Object.keys(values))
  return id
}

async function update(
  change: AppointmentsChange,
  row: AppointmentRecord,
  { values, subjects }: Read,
): Promise<boolean> {
  const { trx, domainId, now } = change
  const fields = changedColumns(row, values)
  if (fields.length === 0) return false
  await releaseTime(trx, domainId, { holderKind: 'appointment', holderId: row.id })
  const next = { ...row, ...values, version: row.version + 1 }
  const overbooked = await goesOver(change, next, subjects)
  const revived = row.status === 'CANCELLED' && next.status !== 'CANCELLED' && !next.deactivated
  await trx
    .updateTable('appointment')
    .set({
      ...{ ...values, ...(revived ? noCancellation : {}), ...accessCodeOf(next), overbooked },
      ...{ version: next.version, updatedAt: now },
    })
    .where('domainId', '=', domainId)
    .where('id', '=', row.id)
    .execute()
  audit(change, next, 'appointment.imported', fields, detailOf(row, values, fields))
  await keepReschedule(change, row.id, row, next)
  return true
}

/** Takes the time of an appointment that is to come and live, and tells whether it goes over capacity. */
async function goesOver(
  change: AppointmentsChange,
  row: AppointmentRecord,
  subjects: Read['subjects'],
): Promise<boolean> {
  if (!subjects || !isLive(row) || row.endsAt.getTime() <= change.now.getTime()) return false
  const wish = { ...subjects, startsAt: row.startsAt, endsAt: row.endsAt, visitType: row.visitType }
  const { slot } = await judgeBooking(change.trx, change.domainId, wish, new Violations())
  const { overbooked } = await bookTime(change, { holderKind: 'appointment', holderId: row.id }, row, {
    slot,
    override: true,
  })
  return overbooked
}

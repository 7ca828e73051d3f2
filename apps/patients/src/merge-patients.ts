import { detailOf } from '@commonchart/audit'
import { refusal, Violations } from '@commonchart/errors'
import { expectVersion, parseId, type Services } from '@commonchart/subgraph'
import { readActor } from './actors.ts'
import { tellAppointments } from './archive-patient.ts'
import type { PatientsChange } from './context.ts'
import { fillValues, findFills } from './merge-fills.ts'
import { moveBelongings } from './merge-moves.ts'
import type { Patient, PatientColumn } from './patient-columns.ts'
import { refreshTerms } from './patient-terms.ts'
import { createReference, lockPatient } from './patients.ts'
import { updatePatientRow } from './write-patient.ts'

export interface MergePatientsInput {
  clientMutationId?: string | null
  keptId: string
  mergedId: string
  expectedVersion?: number | null
  expectedMergedVersion?: number | null
  fillEmpty?: boolean | null
}

/** What a merge changes of the merged chart itself, and what undoing it puts back. */
export const archiveColumns: PatientColumn[] = ['archived', 'archivedAt', 'archivedByKind', 'archivedById']

/**
 * Merges one chart into another: everything that belongs to it moves, what the kept chart does not say is filled, and the
 * merged chart is archived and says where it went. Appointments follow by an event. Throws `NOT_FOUND`, `CONFLICT`,
 * `PATIENT_ARCHIVED`, `PATIENT_MERGED`, `VALIDATION_FAILED`, and `SUBGRAPH_UNAVAILABLE` when appointments cannot be told.
 */
export async function mergePatients(
  change: PatientsChange,
  services: Services,
  input: MergePatientsInput,
): Promise<{ keptId: string; mergedId: string }> {
  const { trx, domainId, now } = change
  const { kept, merged } = await lockPair(change, input)
  expectVersion(kept.version, input.expectedVersion)
  expectVersion(merged.version, input.expectedMergedVersion, 'input.expectedMergedVersion')
  refuseMerge(kept, merged, 'input.')
  // From now on whoever books the chart that ends waits for what becomes of it.
  await tellAppointments(change, services, '/internal/patient-closing', createReference(merged))
  const moved = await moveBelongings(trx, { domainId, from: merged.id, to: kept.id })
  const fills = input.fillEmpty === false ? [] : findFills(kept, merged)
  const keptVersion = await updatePatientRow(change, kept, fillValues(fills))
  const archiving = merged.archived ? {} : { archived: true, archivedAt: now, ...(await readActor(change)) }
  const archived = { ...archiving, mergedInto: kept.id }
  const mergedVersion = await updatePatientRow(change, merged, archived)
  const { id: mergeId } = await trx
    .insertInto('patientMerge')
    .values({
      ...{ domainId, keptId: kept.id, mergedId: merged.id, mergedAt: now },
      moved: JSON.stringify(moved),
      filled: JSON.stringify(Object.fromEntries(fills)),
      archivedBefore: JSON.stringify(Object.fromEntries(archiveColumns.map((name) => [name, merged[name]]))),
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await refreshTerms(change, [kept.id, merged.id])
  const filled = Object.fromEntries(fills)
  const columns = Object.keys(filled)
  const { before, after } = detailOf(kept, filled, columns)
  change.audit({
    action: 'patient.merged',
    record: { type: 'Patient', id: kept.id, version: keptVersion },
    patientId: kept.id,
    fields: [...columns, ...Object.keys(moved)],
    before,
    after: { ...after, mergedFrom: merged.id },
  })
  change.audit({
    action: 'patient.merged',
    record: { type: 'Patient', id: merged.id, version: mergedVersion },
    patientId: merged.id,
    fields: Object.keys(archived),
    ...detailOf(merged, archived, Object.keys(archived)),
  })
  tellOfMerge(change, 'patient.merged', {
    mergeId,
    kept: { ...kept, version: keptVersion },
    merged: { ...merged, ...archived, version: mergedVersion },
  })
  return { keptId: kept.id, mergedId: merged.id }
}

/** Tells other subgraphs that what they have of one patient is another's now, or no longer; and in whose name. */
export function tellOfMerge(
  change: PatientsChange,
  type: 'patient.merged' | 'patient.unmerged',
  { mergeId, kept, merged }: { mergeId: string; kept: Patient; merged: Patient },
): void {
  const { kind, subject, name, role, keyId, ip, requestId } = change.identity
  change.send({
    to: ['appointments'],
    type,
    payload: {
      mergeId,
      kept: createReference(kept),
      merged: createReference(merged),
      by: { kind, subject, name, role, keyId, ip, requestId },
    },
  })
}

/** Refuses a merge that makes no sense, with the path of what is in its way. Charts must be locked unless it is a preview. */
export function refuseMerge(kept: Patient, merged: Patient, path: string): void {
  if (kept.archived)
    throw refusal('PATIENT_ARCHIVED', 'Nothing can be merged into an archived chart.', {
      path: `${path}keptId`,
      mergedInto: kept.mergedInto,
    })
  if (merged.mergedInto !== null)
    throw refusal('PATIENT_MERGED', 'The chart was merged already.', {
      path: `${path}mergedId`,
      mergedInto: merged.mergedInto,
    })
}

/** Refuses to merge a chart with itself. */
export function refuseSame(keptId: string, mergedId: string, path: string): void {
  const violations = new Violations()
  if (parseId(keptId) === parseId(mergedId))
    violations.add(`${path}mergedId`, 'MERGE_WITH_ITSELF', 'A chart cannot be merged into itself.')
  violations.throwIfAny()
}

/** Locks both charts, the older first, so that two merges of the same charts wait for one another. */
async function lockPair(change: PatientsChange, { keptId, mergedId }: MergePatientsInput) {
  refuseSame(keptId, mergedId, 'input.')
  const lock = (id: string, path: string) => lockPatient(change.trx, change.domainId, id, path)
  const isOlder = BigInt(parseId(keptId) ?? 0) < BigInt(parseId(mergedId) ?? 0)
  if (isOlder)
    return { kept: await lock(keptId, 'input.keptId'), merged: await lock(mergedId, 'input.mergedId') }
  const merged = await lock(mergedId, 'input.mergedId')
  return { kept: await lock(keptId, 'input.keptId'), merged }
}

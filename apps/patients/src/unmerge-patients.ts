import { detailOf } from '@commonchart/audit'
import { refusal } from '@commonchart/errors'
import { expectVersion, parseId } from '@commonchart/subgraph'
import type { PatientsChange } from './context.ts'
import { emptyValues } from './merge-fills.ts'
import { moveBack } from './merge-moves.ts'
import { archiveColumns, tellOfMerge } from './merge-patients.ts'
import type { Patient } from './patient-columns.ts'
import { refreshTerms } from './patient-terms.ts'
import type { PatientValues } from './patient-values.ts'
import { lockPatient } from './patients.ts'
import { updatePatientRow } from './write-patient.ts'

export interface UnmergePatientsInput {
  clientMutationId?: string | null
  mergedId: string
  expectedVersion?: number | null
}

/**
 * Undoes the merge of a chart: what moved and is still there moves back, what was filled and not changed since is empty
 * again, and the chart is as archived as it was. What came after the merge stays with the kept chart. Throws `NOT_FOUND`,
 * `CONFLICT`, `PATIENT_NOT_MERGED`, and `PATIENT_MERGED` when the kept chart was merged in turn.
 */
export async function unmergePatients(
  change: PatientsChange,
  input: UnmergePatientsInput,
): Promise<{ keptId: string; mergedId: string }> {
  const { trx, domainId, now } = change
  const { kept, merged } = await lockMerged(change, input.mergedId)
  expectVersion(merged.version, input.expectedVersion)
  if (kept.mergedInto !== null)
    throw refusal('PATIENT_MERGED', 'The kept chart was merged in turn: undo that merge first.', {
      path: 'input.mergedId',
      mergedInto: kept.mergedInto,
    })
  const merge = await trx
    .selectFrom('patientMerge')
    .selectAll()
    .where('domainId', '=', domainId)
    .where('mergedId', '=', merged.id)
    .where('unmergedAt', 'is', null)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow()
  await moveBack(trx, { domainId, from: kept.id, to: merged.id }, merge.moved)
  const emptied = emptyValues(kept, merge.filled)
  const keptVersion = await updatePatientRow(change, kept, emptied)
  const restored = { ...(merge.archivedBefore as PatientValues), mergedInto: null }
  const mergedVersion = await updatePatientRow(change, merged, restored)
  await trx
    .updateTable('patientMerge')
    .set({ unmergedAt: now })
    .where('domainId', '=', domainId)
    .where('id', '=', merge.id)
    .execute()
  await refreshTerms(change, [kept.id, merged.id])
  const columns = Object.keys(emptied).filter((name) => !name.endsWith('Key'))
  const { before, after } = detailOf(kept, emptied, columns)
  change.audit({
    action: 'patient.unmerged',
    record: { type: 'Patient', id: kept.id, version: keptVersion },
    patientId: kept.id,
    fields: [...columns, ...Object.keys(merge.moved)],
    before: { ...before, mergedFrom: merged.id },
    after,
  })
  const fields = [...archiveColumns, 'mergedInto']
  change.audit({
    action: 'patient.unmerged',
    record: { type: 'Patient', id: merged.id, version: mergedVersion },
    patientId: merged.id,
    fields,
    ...detailOf(merged, restored, fields),
  })
  tellOfMerge(change, 'patient.unmerged', {
    mergeId: merge.id,
    kept: { ...kept, version: keptVersion },
    merged: { ...merged, ...restored, version: mergedVersion } as Patient,
  })
  return { keptId: kept.id, mergedId: merged.id }
}

/** Locks a merged chart and the one that it went into, in the order in which merges lock. */
async function lockMerged({ trx, domainId }: PatientsChange, id: string) {
  const path = 'input.mergedId'
  const seen = await findWay(trx, domainId, id)
  const [first, second] =
    seen && BigInt(seen.mergedInto) < BigInt(seen.id) ? [seen.mergedInto, seen.id] : [id, seen?.mergedInto]
  const one = await lockPatient(trx, domainId, first, path)
  const other = second === undefined ? null : await lockPatient(trx, domainId, second, path)
  const [kept, merged] = other && one.id === seen?.mergedInto ? [one, other] : [other, one]
  if (!kept || merged.mergedInto !== kept.id)
    throw refusal('PATIENT_NOT_MERGED', 'The chart is not merged into another.', { path })
  return { kept, merged }
}

/** Looks where a chart went without locking it. */
async function findWay(trx: PatientsChange['trx'], domainId: number, id: string) {
  const key = parseId(id)
  if (key === null) return null
  const row = await trx
    .selectFrom('patient')
    .select(['id', 'mergedInto'])
    .where('domainId', '=', domainId)
    .where('id', '=', key)
    .executeTakeFirst()
  return row && row.mergedInto !== null ? { id: row.id, mergedInto: row.mergedInto } : null
}

import { isDeepStrictEqual } from 'node:util'
import { detailOf, type AuditDetail } from '@commonchart/audit'
import type { PatientsChange } from './context.ts'
import { readFormerNames } from './former-names.ts'
import { findIdentificationsOf } from './identifications.ts'
import type { Patient } from './patient-columns.ts'
import type { PatientValues } from './patient-values.ts'

/** What belongs to a patient and stands in other tables, as far as a change touches it. */
interface Belongings {
  identifications?: object[]
  statusTagIds?: number[]
  formerNames?: object[]
}

/** Reads what an input is about to change of a patient's identifications, tags and former names. */
export async function readBelongings(
  change: PatientsChange,
  patientId: string,
  touched: { identifications?: unknown; statusTagIds?: unknown; formerNames?: unknown },
): Promise<Belongings> {
  const { trx, domainId } = change
  const belongings: Belongings = {}
  if (touched.identifications) {
    const own = await findIdentificationsOf(trx, domainId, patientId)
    belongings.identifications = [...own.values()]
      .sort((one, other) => Number(BigInt(one.id) - BigInt(other.id)))
      .map(({ domainId: _domain, patientId: _patient, valueKey: _key, createdAt: _at, ...rest }) => rest)
  }
  if (touched.statusTagIds) {
    const rows = await trx
      .selectFrom('patientStatusTag')
      .select('statusTagId')
      .where('domainId', '=', domainId)
      .where('patientId', '=', patientId)
      .orderBy('statusTagId')
      .execute()
    belongings.statusTagIds = rows.map((row) => row.statusTagId)
  }
  if (touched.formerNames) {
    const names = await readFormerNames(change, patientId)
    belongings.formerNames = names.map(({ firstName, lastName, until }) => ({ firstName, lastName, until }))
  }
  return belongings
}

/** Names what a change of a patient made different, and gives the values before and after it. */
export async function detailOfPatient(
  change: PatientsChange,
  current: Patient,
  set: PatientValues,
  belonged: Belongings = {},
): Promise<AuditDetail & { fields: string[] }> {
  const belongs = await readBelongings(change, current.id, belonged)
  const was: Partial<Patient> & Belongings = { ...current, ...belonged }
  const is = { ...(set as Partial<Patient>), ...belongs }
  const fields = (Object.keys(is) as (keyof typeof is)[]).filter(
    (name) => !/(?:Key|regionCode)$/.test(name) && !isDeepStrictEqual(was[name], is[name]),
  )
  return { fields, ...detailOf(was, is, fields) }
}

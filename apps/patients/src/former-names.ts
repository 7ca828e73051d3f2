import type { Violations } from '@commonchart/errors'
import { checkText, searchKey } from '@commonchart/subgraph'
import type { Selectable } from 'kysely'
import { readToday } from './age.ts'
import type { Context, PatientsChange } from './context.ts'
import type { Patient } from './patient-columns.ts'
import type { PatientValues } from './patient-values.ts'
import type { FormerNameRow } from './tables.ts'

export type FormerName = Selectable<FormerNameRow>

export interface FormerNameInput {
  firstName?: string | null
  lastName?: string | null
  until?: string | null
}

/** The names that a patient bore before, the oldest entry first; those of several patients are read at once. */
export async function loadFormerNames(context: Context, patientId: string): Promise<FormerName[]> {
  const found = await context
    .loader<FormerName[]>('former names', (ids) =>
      context.read(async (trx) => {
        const rows = await trx
          .selectFrom('formerName')
          .selectAll()
          .where('domainId', '=', context.domainId)
          .where('patientId', 'in', [...ids])
          .orderBy('id')
          .execute()
        return Map.groupBy(rows, (row) => row.patientId)
      }),
    )
    .load(patientId)
  return found ?? []
}

/** Reads the former names of one patient within a change. */
export function readFormerNames({ trx, domainId }: PatientsChange, patientId: string): Promise<FormerName[]> {
  return trx
    .selectFrom('formerName')
    .selectAll()
    .where('domainId', '=', domainId)
    .where('patientId', '=', patientId)
    .orderBy('id')
    .execute()
}

/** Adds to `violations` what is wrong with former names: each says a first or a last name. */
export function checkFormerNames(
  names: FormerNameInput[] | null | undefined,
  violations: Violations,
  path: string,
): void {
  for (const [at, name] of (names ?? []).entries()) {
    const place = `${path}.formerNames.${at}`
    checkText(name.firstName ?? null, {}, violations, `${place}.firstName`)
    checkText(name.lastName ?? null, {}, violations, `${place}.lastName`)
    if (!name.firstName?.trim() && !name.lastName?.trim())
      violations.add(place, 'REQUIRED', 'A former name says a first name or a last name.')
  }
}

export async function insertFormerNames(
  { trx, domainId, now }: PatientsChange,
  patientId: string,
  names: FormerNameInput[],
): Promise<void> {
  if (names.length === 0) return
  const said = (text: string | null | undefined) => (text?.trim() ? text : null)
  const rows = names.map(({ firstName, lastName, until }) => ({
    ...{ domainId, patientId, until: until ?? null, createdAt: now },
    ...{ firstName: said(firstName), firstNameKey: firstName?.trim() ? searchKey(firstName) : null },
    ...{ lastName: said(lastName), lastNameKey: lastName?.trim() ? searchKey(lastName) : null },
  }))
  await trx.insertInto('formerName').values(rows).execute()
}

/**
 * Writes what a change makes of the former names: the given ones in place of those on record (null removes them, absent
 * leaves them), and the last name that is given up, unless it is there.
 */
export async function changeFormerNames(
  change: PatientsChange,
  current: Patient,
  values: PatientValues,
  given: FormerNameInput[] | null | undefined,
): Promise<void> {
  if (given !== undefined) {
    await change.trx
      .deleteFrom('formerName')
      .where('domainId', '=', change.domainId)
      .where('patientId', '=', current.id)
      .execute()
    await insertFormerNames(change, current.id, given ?? [])
  }
  if (!givesUpLastName(current, values)) return
  const known = await readFormerNames(change, current.id)
  if (known.some(({ lastNameKey }) => lastNameKey === current.lastNameKey)) return
  const until = await readToday(change.trx, change.domainId, change.now)
  await insertFormerNames(change, current.id, [{ lastName: current.lastName, until }])
}

/** Tells whether a change gives up the last name; another writing of the same is no other name. */
export function givesUpLastName(current: Patient, { lastNameKey }: PatientValues): boolean {
  return typeof lastNameKey === 'string' && lastNameKey !== current.lastNameKey
}

/** Adds the names of an import that are not on record yet. */
export async function addFormerNames(
  change: PatientsChange,
  patientId: string,
  given: FormerNameInput[],
): Promise<void> {
  const keyOf = (first: string | null, last: string | null) => JSON.stringify([first || null, last || null])
  const known = new Set(
    (await readFormerNames(change, patientId)).map((name) => keyOf(name.firstNameKey, name.lastNameKey)),
  )
  const added = given.filter(({ firstName, lastName }) => {
    const key = keyOf(searchKey(firstName ?? ''), searchKey(lastName ?? ''))
    return !known.has(key) && known.add(key)
  })
  await insertFormerNames(change, patientId, added)
}

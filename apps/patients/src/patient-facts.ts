import type { Transaction } from 'kysely'
import { phoneKeys } from './patient-values.ts'
import type { PatientRow, Tables } from './tables.ts'

/** A name that somebody bears or bore. */
export interface BorneName {
  firstName: string | null
  lastName: string | null
}

/** What a person is found and compared by. */
export interface PersonFacts {
  firstName: string
  lastName: string
  middleName?: string | null
  preferredName?: string | null
  dateOfBirth: string | null
  gender: string | null
  emails: string[]
  /** Digits only. */
  phones: string[]
  numbers: { value: string; templateId: number | null }[]
  /** Names borne before, and those of charts that were merged into this one. */
  formerNames: BorneName[]
}

export interface PatientFacts extends PersonFacts {
  id: string
  archived: boolean
  mergedInto: string | null
}

const columns = [
  ...(['id', 'archived', 'mergedInto', 'firstName', 'lastName', 'middleName', 'preferredName'] as const),
  ...(['dateOfBirth', 'gender', 'email', 'phone', 'homePhone', 'officePhone'] as const),
] satisfies (keyof PatientRow)[]

/**
 * Reads what patients are found and compared by. A chart that others were merged into is found by their names, phones
 * and e-mail addresses, too.
 */
export async function readPatientFacts(
  trx: Transaction<Tables>,
  domainId: number,
  ids: string[],
): Promise<Map<string, PatientFacts>> {
  if (ids.length === 0) return new Map()
  const rows = await trx
    .selectFrom('patient')
    .select(columns)
    .where('domainId', '=', domainId)
    .where('id', 'in', ids)
    .execute()
  const merged = await readMergedCharts(trx, domainId, ids)
  const numbers = await readNumbers(trx, domainId, ids)
  const former = await readFormerNames(trx, domainId, [...ids, ...merged.map((chart) => chart.id)])
  return new Map(
    rows.map((row) => {
      const charts = [row, ...chartsBelow(row.id, merged)]
      const { id, archived, mergedInto, firstName, lastName, middleName, preferredName } = row
      return [
        id,
        {
          ...{ id, archived, mergedInto, firstName, lastName, middleName, preferredName },
          ...{ dateOfBirth: row.dateOfBirth, gender: row.gender, numbers: numbers.get(id) ?? [] },
          emails: charts.flatMap(({ email }) => email ?? []),
          phones: [...new Set(charts.flatMap(phoneKeys))],
          formerNames: [...charts.slice(1), ...charts.flatMap((chart) => former.get(chart.id) ?? [])],
        },
      ]
    }),
  )
}

type Chart = Awaited<ReturnType<typeof readMergedCharts>>[number]

/** All charts that were merged into one of these, or into one that was. */
async function readMergedCharts(trx: Transaction<Tables>, domainId: number, ids: string[]) {
  const found: Awaited<ReturnType<typeof readLevel>> = []
  const readLevel = (into: string[]) =>
    trx
      .selectFrom('patient')
      .select(columns)
      .where('domainId', '=', domainId)
      .where('mergedInto', 'in', into)
      .execute()
  for (let level = await readLevel(ids); level.length > 0;) {
    found.push(...level)
    level = await readLevel(level.map((chart) => chart.id))
  }
  return found
}

function chartsBelow(id: string, merged: Chart[]): Chart[] {
  return merged
    .filter((chart) => chart.mergedInto === id)
    .flatMap((chart) => [chart, ...chartsBelow(chart.id, merged)])
}

async function readNumbers(trx: Transaction<Tables>, domainId: number, ids: string[]) {
  const rows = await trx
    .selectFrom('identification')
    .select(['patientId', 'value', 'templateId'])
    .where('domainId', '=', domainId)
    .where('patientId', 'in', ids)
    .execute()
  return Map.groupBy(rows, (row) => row.patientId)
}

async function readFormerNames(trx: Transaction<Tables>, domainId: number, ids: string[]) {
  const rows = await trx
    .selectFrom('formerName')
    .select(['patientId', 'firstName', 'lastName'])
    .where('domainId', '=', domainId)
    .where('patientId', 'in', ids)
    .execute()
  return Map.groupBy(rows, (row) => row.patientId)
}

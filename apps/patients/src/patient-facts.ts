import { sql, type Transaction } from 'kysely'
import { phoneKeys } from './contact-points.ts'
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
  ...(['dateOfBirth', 'gender', 'email', 'phone', 'homePhone', 'officePhone', 'country'] as const),
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
    .select([
      // One statement for all: most patients have little of each.
      sql<PatientFacts['numbers']>`coalesce((
        SELECT jsonb_agg(jsonb_build_object('value', value, 'templateId', template_id)) FROM identification AS own
        WHERE own.domain_id = ${domainId} AND own.patient_id = patient.id), '[]')`.as('numbers'),
      sql<BorneName[]>`coalesce((
        SELECT jsonb_agg(jsonb_build_object('firstName', first_name, 'lastName', last_name) ORDER BY id) FROM former_name AS own
        WHERE own.domain_id = ${domainId} AND own.patient_id = patient.id), '[]')`.as('formerNames'),
      sql<boolean>`EXISTS (
        SELECT FROM patient AS chart WHERE chart.domain_id = ${domainId} AND chart.merged_into = patient.id)`.as(
        'isMergedFromOthers',
      ),
    ])
    .where('patient.domainId', '=', domainId)
    .where('patient.id', 'in', ids)
    .execute()
  const keeping = rows.flatMap(({ id, isMergedFromOthers }) => (isMergedFromOthers ? id : []))
  const merged = await readMergedCharts(trx, domainId, keeping)
  return new Map(
    rows.map((row) => {
      const below = chartsBelow(row.id, merged)
      let phones: string[] | undefined
      const { id, archived, mergedInto, firstName, lastName, middleName, preferredName } = row
      return [
        id,
        {
          ...{ id, archived, mergedInto, firstName, lastName, middleName, preferredName },
          ...{ dateOfBirth: row.dateOfBirth, gender: row.gender, numbers: row.numbers },
          emails: [row, ...below].flatMap(({ email }) => email ?? []),
          // Reading numbers takes long, and few are searched by them.
          get phones() {
            return (phones ??= [...new Set([row, ...below].flatMap(phoneKeys))])
          },
          formerNames: [...below, ...row.formerNames],
        },
      ]
    }),
  )
}

type Chart = Awaited<ReturnType<typeof readMergedCharts>>[number]

/** All charts that were merged into one of these, or into one that was. */
async function readMergedCharts(trx: Transaction<Tables>, domainId: number, ids: string[]) {
  if (ids.length === 0) return []
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

import { sql, type Transaction } from 'kysely'
import type { Tables } from './tables.ts'

/** One table of what belongs to a patient, and how its rows go from chart to chart. */
interface Moving {
  /** What it is in the schema. */
  what: Belonging
  table: string
  /** The column that says whose a row is. */
  patient: string
  /** The columns by which a row is found again among those of its patient. */
  key: string[]
  /** A chart has no two rows that are alike in these: what the kept chart has already stays with the merged one. */
  apart?: string[]
  /** Only rows of this type, where a table holds several. */
  type?: string
}

export type Belonging =
  | 'CARE_TEAM_MEMBERS'
  | 'EXTERNAL_IDS'
  | 'FORMER_NAMES'
  | 'IDENTIFICATIONS'
  | 'PATIENT_DATA_ITEMS'
  | 'STATUS_TAGS'

/** Everything that moves with a merge: a table of what belongs to a patient takes its place in this list. */
const movings: Moving[] = [
  { what: 'IDENTIFICATIONS', table: 'identification', patient: 'patient_id', key: ['id'] },
  {
    ...{ what: 'STATUS_TAGS', table: 'patient_status_tag', patient: 'patient_id' },
    ...{ key: ['status_tag_id'], apart: ['status_tag_id'] },
  },
  { what: 'FORMER_NAMES', table: 'former_name', patient: 'patient_id', key: ['id'] },
  { what: 'CARE_TEAM_MEMBERS', table: 'care_team_member', patient: 'patient_id', key: ['id'] },
  {
    ...{ what: 'PATIENT_DATA_ITEMS', table: 'patient_data_item', patient: 'patient_id' },
    ...{ key: ['id'], apart: ['template_id'] },
  },
  {
    ...{ what: 'EXTERNAL_IDS', table: 'external_id', patient: 'record_id' },
    ...{ key: ['system', 'value'], type: 'patient' },
  },
]

/** The keys of the rows that moved, by table. */
export type Moved = Record<string, Record<string, string>[]>
interface Way {
  domainId: number
  from: string
  to: string
}

/** Moves everything that belongs to one chart to another and gives what was moved. */
export async function moveBelongings(trx: Transaction<Tables>, way: Way): Promise<Moved> {
  const moved: Moved = {}
  for (const moving of movings) {
    const { rows } = await sql<{ key: string }>`
      UPDATE ${sql.table(moving.table)} AS t SET ${sql.ref(moving.patient)} = ${way.to}
      WHERE ${isMovable(moving, way)} RETURNING ${keyOf(moving)}`.execute(trx)
    if (rows.length > 0)
      moved[moving.table] = rows.map(({ key }) => JSON.parse(key) as Record<string, string>)
  }
  return moved
}

/** Counts what would be moved. */
export async function countBelongings(
  trx: Transaction<Tables>,
  way: Way,
): Promise<{ what: Belonging; count: number }[]> {
  const counts = []
  for (const moving of movings) {
    const { rows } = await sql<{ count: string }>`
      SELECT count(*) AS count FROM ${sql.table(moving.table)} AS t WHERE ${isMovable(moving, way)}`.execute(
      trx,
    )
    counts.push({ what: moving.what, count: Number(rows[0]?.count ?? 0) })
  }
  return counts.filter(({ count }) => count > 0)
}

/** Moves back what was moved and is still there. What the other chart has got of its own meanwhile is not doubled. */
export async function moveBack(trx: Transaction<Tables>, way: Way, moved: Moved): Promise<void> {
  for (const moving of movings) {
    const keys = moved[moving.table]
    if (!keys) continue
    const columns = sql.join(moving.key.map((name) => sql`t.${sql.ref(name)}::text`))
    const values = sql.join(moving.key.map((name) => sql`each ->> ${name}::text`))
    await sql`
      UPDATE ${sql.table(moving.table)} AS t SET ${sql.ref(moving.patient)} = ${way.to}
      WHERE ${isMovable(moving, way)}
        AND (${columns}) IN (SELECT ${values} FROM jsonb_array_elements(${JSON.stringify(keys)}::jsonb) AS each)`.execute(
      trx,
    )
  }
}

function isMovable({ table, patient, apart, type }: Moving, { domainId, from, to }: Way) {
  const own = sql`t.domain_id = ${domainId} AND t.${sql.ref(patient)} = ${from}`
  const typed = type === undefined ? own : sql`${own} AND t.type = ${type}`
  if (!apart) return typed
  const alike = sql.join(
    apart.map((name) => sql`k.${sql.ref(name)} = t.${sql.ref(name)}`),
    sql` AND `,
  )
  return sql`${typed} AND NOT EXISTS (
    SELECT FROM ${sql.table(table)} AS k WHERE k.domain_id = ${domainId} AND k.${sql.ref(patient)} = ${to} AND ${alike})`
}

/** The key of a row as JSON text, so that it comes as it is stored. */
function keyOf({ key }: Moving) {
  const members = key.flatMap((name) => [sql`${name}::text`, sql`t.${sql.ref(name)}::text`])
  return sql`jsonb_build_object(${sql.join(members)})::text AS key`
}

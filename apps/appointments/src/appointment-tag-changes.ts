import { detailOf, type AuditAction, type AuditDetail } from '@commonchart/audit'
import { Violations } from '@commonchart/errors'
import { expectVersion, given } from '@commonchart/subgraph'
import { lockAppointmentTag } from './appointment-tags.ts'
import { actionOf } from './change-action.ts'
import { changedColumns } from './columns.ts'
import type { AppointmentsChange } from './context.ts'
import { takeId } from './counters.ts'
import { readColor, readRequired, readRequiredText } from './input-text.ts'
import type { AppointmentTagRow } from './catalogue-tables.ts'

/** The fields of a tag as an input may give them. */
export interface AppointmentTagInput {
  name?: string | null
  shortName?: string | null
  color?: string | null
  deactivated?: boolean | null
}

type AppointmentTagValues = Partial<Pick<AppointmentTagRow, keyof AppointmentTagInput>>

/** Names one that is to be changed. */
interface Known {
  id: string
  expectedVersion?: number | null
}

function readAppointmentTag(input: AppointmentTagInput): AppointmentTagValues {
  const violations = new Violations()
  const values = given({
    name: readRequiredText(input.name, 'input.name', violations),
    shortName: readRequiredText(input.shortName, 'input.shortName', violations),
    color: readColor(input.color, 'input.color', violations),
    deactivated: readRequired(input.deactivated, 'input.deactivated', violations),
  })
  violations.throwIfAny()
  return values
}

export async function createAppointmentTag(
  change: AppointmentsChange,
  input: AppointmentTagInput,
): Promise<{ id: string }> {
  const { trx, domainId, now } = change
  const { name, shortName, color = null } = readAppointmentTag(input)
  if (name === undefined || shortName === undefined) throw new Error('a tag has a name and a short name')
  const row = await trx
    .insertInto('appointmentTag')
    .values({
      ...{ domainId, id: await takeId(trx, 'appointment_tag'), name, shortName, color },
      ...{ deactivated: false, version: 1, createdAt: now, updatedAt: now },
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  audit(change, row, 'appointment_tag.created', ['name', 'shortName', 'color'])
  return { id: String(row.id) }
}

export async function updateAppointmentTag(
  change: AppointmentsChange,
  input: AppointmentTagInput & Known,
): Promise<{ id: string }> {
  const row = await lockAppointmentTag(change.trx, change.domainId, input.id)
  expectVersion(row.version, input.expectedVersion)
  await changeAppointmentTag(change, row, readAppointmentTag(input))
  return { id: String(row.id) }
}

export async function deactivateAppointmentTag(
  change: AppointmentsChange,
  { id, expectedVersion }: Known,
): Promise<{ id: string }> {
  const row = await lockAppointmentTag(change.trx, change.domainId, id)
  expectVersion(row.version, expectedVersion)
  await changeAppointmentTag(change, row, { deactivated: true })
  return { id: String(row.id) }
}

async function changeAppointmentTag(
  change: AppointmentsChange,
  row: AppointmentTagRow,
  values: AppointmentTagValues,
): Promise<void> {
  const fields = changedColumns(row, values)
  if (fields.length === 0) return
  const changed = await change.trx
    .updateTable('appointmentTag')
    .set({ ...values, version: row.version + 1, updatedAt: change.now })
    .where('domainId', '=', change.domainId)
    .where('id', '=', row.id)
    .returningAll()
    .executeTakeFirstOrThrow()
  audit(change, changed, actionOf('appointment_tag', row, values), fields, detailOf(row, values, fields))
}

function audit(
  change: AppointmentsChange,
  { id, version }: AppointmentTagRow,
  action: AuditAction,
  fields: string[],
  detail?: AuditDetail,
): void {
  change.audit({ action, record: { type: 'AppointmentTag', id: String(id), version }, fields, ...detail })
}

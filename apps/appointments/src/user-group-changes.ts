import { detailOf, type AuditAction, type AuditDetail } from '@commonchart/audit'
import { Violations } from '@commonchart/errors'
import { expectVersion, given, parseIntId } from '@commonchart/subgraph'
import { actionOf } from './change-action.ts'
import { changedColumns } from './columns.ts'
import type { AppointmentsChange } from './context.ts'
import { takeId } from './counters.ts'
import type { UserGroupRow } from './group-tables.ts'
import { readColor, readRequired, readRequiredText, readText } from './input-text.ts'
import type { MassMatch } from './names.ts'
import { findProviders } from './providers.ts'
import { MissingReferences } from './references.ts'
import { lockUserGroup } from './user-groups.ts'

type Given = string | null

/** The fields of a user group as an input may give them. */
export interface UserGroupInput {
  name?: Given
  description?: Given
  color?: Given
  bookable?: boolean | null
  massMatch?: MassMatch[] | null
  memberIds?: string[] | null
  deactivated?: boolean | null
}

type UserGroupValues = Partial<
  Pick<UserGroupRow, 'name' | 'description' | 'color' | 'bookable' | 'massMatch' | 'deactivated'>
>

function readUserGroup(input: UserGroupInput, violations: Violations): UserGroupValues {
  return given({
    name: readRequiredText(input.name, 'input.name', violations),
    description: readText(input.description, 'input.description', violations),
    color: readColor(input.color, 'input.color', violations),
    bookable: readRequired(input.bookable, 'input.bookable', violations),
    massMatch: input.massMatch === undefined ? undefined : [...new Set(input.massMatch)].sort(),
    deactivated: readRequired(input.deactivated, 'input.deactivated', violations),
  })
}

/** Reads the members that an input lists; undefined when it says nothing of them. Throws `NOT_FOUND` with every path. */
async function readMembers(
  { trx, domainId }: AppointmentsChange,
  { memberIds }: UserGroupInput,
): Promise<number[] | undefined> {
  if (memberIds === undefined) return undefined
  const keys = (memberIds ?? []).map((id) => parseIntId(id) ?? 0)
  const found = await findProviders(trx, domainId, keys)
  const missing = new MissingReferences()
  for (const [at, key] of keys.entries()) if (!found.has(String(key))) missing.add(`input.memberIds.${at}`)
  missing.throwIfAny()
  return [...new Set(keys)].sort((one, other) => one - other)
}

export async function createUserGroup(
  change: AppointmentsChange,
  input: UserGroupInput,
): Promise<{ id: string }> {
  const { trx, domainId, now } = change
  const violations = new Violations()
  const { name, ...values } = readUserGroup(input, violations)
  violations.throwIfAny()
  if (name === undefined) throw new Error('a user group has a name')
  const members = (await readMembers(change, input)) ?? []
  const row = await trx
    .insertInto('userGroup')
    .values({
      ...{ domainId, id: await takeId(trx, 'user_group'), name },
      ...{ bookable: true, massMatch: [], deactivated: false },
      ...values,
      ...{ version: 1, createdAt: now, updatedAt: now },
    })
    .returning(['id', 'version'])
    .executeTakeFirstOrThrow()
  await insertMembers(change, row.id, members)
  audit(change, row, 'user_group.created', ['name', 'memberIds', ...Object.keys(values)])
  return { id: String(row.id) }
}

export async function updateUserGroup(
  change: AppointmentsChange,
  input: UserGroupInput & { id: string; expectedVersion?: number | null },
): Promise<{ id: string }> {
  const row = await lockUserGroup(change.trx, change.domainId, input.id)
  expectVersion(row.version, input.expectedVersion)
  const violations = new Violations()
  const values = readUserGroup(input, violations)
  violations.throwIfAny()
  await changeUserGroup(change, row, values, await readMembers(change, input))
  return { id: String(row.id) }
}

export async function deactivateUserGroup(
  change: AppointmentsChange,
  input: { id: string; expectedVersion?: number | null },
): Promise<{ id: string }> {
  const row = await lockUserGroup(change.trx, change.domainId, input.id)
  expectVersion(row.version, input.expectedVersion)
  await changeUserGroup(change, row, { deactivated: true }, undefined)
  return { id: String(row.id) }
}

/** Writes what differs of a user group whose row is held. */
async function changeUserGroup(
  change: AppointmentsChange,
  row: UserGroupRow,
  values: UserGroupValues,
  members: number[] | undefined,
): Promise<void> {
  const { trx, domainId, now } = change
  const before = await readListed(change, row.id)
  const membersDiffer = members !== undefined && members.join() !== before.join()
  const fields = [...changedColumns(row, values), ...(membersDiffer ? (['memberIds'] as const) : [])]
  if (fields.length === 0) return
  const changed = await trx
    .updateTable('userGroup')
    .set({ ...values, version: row.version + 1, updatedAt: now })
    .where('domainId', '=', domainId)
    .where('id', '=', row.id)
    .returning(['id', 'version'])
    .executeTakeFirstOrThrow()
  if (membersDiffer) {
    await trx
      .deleteFrom('userGroupMember')
      .where('domainId', '=', domainId)
      .where('userGroupId', '=', row.id)
      .execute()
    await insertMembers(change, row.id, members)
  }
  audit(
    change,
    changed,
    actionOf('user_group', row, values),
    fields,
    detailOf({ ...row, memberIds: before }, { ...values, memberIds: members }, fields),
  )
}

/** Who is listed, those who no longer practise here included. */
async function readListed({ trx, domainId }: AppointmentsChange, userGroupId: number): Promise<number[]> {
  const rows = await trx
    .selectFrom('userGroupMember')
    .select('providerId')
    .where('domainId', '=', domainId)
    .where('userGroupId', '=', userGroupId)
    .orderBy('providerId')
    .execute()
  return rows.map(({ providerId }) => providerId)
}

async function insertMembers(
  { trx, domainId }: AppointmentsChange,
  userGroupId: number,
  members: number[],
): Promise<void> {
  if (members.length === 0) return
  await trx
    .insertInto('userGroupMember')
    .values(members.map((providerId) => ({ domainId, userGroupId, providerId })))
    .execute()
}

function audit(
  change: AppointmentsChange,
  { id, version }: Pick<UserGroupRow, 'id' | 'version'>,
  action: AuditAction,
  fields: string[],
  detail?: AuditDetail,
): void {
  change.audit({ action, record: { type: 'UserGroup', id: String(id), version }, fields, ...detail })
}

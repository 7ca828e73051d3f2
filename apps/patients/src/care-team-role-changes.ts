import { createTimeOrderedId } from '@commonchart/audit'
import { Violations } from '@commonchart/errors'
import { checkText, expectVersion, given, type Services } from '@commonchart/subgraph'
import type { Transaction } from 'kysely'
import { lockCareTeamRole, type CareTeamRole } from './care-team-roles.ts'
import { detailOfChange, fieldsSet } from './changed-fields.ts'
import type { PatientsChange } from './context.ts'
import { indexKey, keyOf } from './index-key.ts'
import { requireReference } from './references.ts'
import type { Tables } from './tables.ts'

export interface CareTeamRoleInput {
  clientMutationId?: string | null
  name?: string | null
  description?: string | null
  position?: number | null
}

/** Adds a role; without a position it comes last. */
export async function createCareTeamRole(
  change: PatientsChange,
  input: CareTeamRoleInput,
): Promise<{ uuid: string }> {
  const { trx, domainId } = change
  const { name, ...values } = readRole(input, true)
  const uuid = createTimeOrderedId()
  const position = values.position ?? (await nextPosition(trx, domainId))
  const row = { ...values, name: name ?? '', nameKey: indexKey(name ?? ''), position }
  await trx
    .insertInto('careTeamRole')
    .values({ ...row, domainId, uuid })
    .execute()
  change.audit({
    action: 'care_team_role.created',
    record: { type: 'CareTeamRole', id: uuid, version: 1 },
    fields: fieldsSet(row),
  })
  return { uuid }
}

async function nextPosition(trx: Transaction<Tables>, domainId: number): Promise<number> {
  const last = await trx
    .selectFrom('careTeamRole')
    .select('position')
    .where('domainId', '=', domainId)
    .orderBy('position', 'desc')
    .limit(1)
    .executeTakeFirst()
  return last ? Math.min(last.position + 1, 2 ** 31 - 1) : 1
}

export interface UpdateCareTeamRoleInput extends CareTeamRoleInput {
  uuid: string
  expectedVersion?: number | null
  archived?: boolean | null
  archivedById?: string | null
}

/** Changes, archives or brings back a role: absent leaves as it is, null clears. */
export async function updateCareTeamRole(
  change: PatientsChange,
  services: Services,
  input: UpdateCareTeamRoleInput,
): Promise<{ uuid: string }> {
  const { trx, domainId } = change
  const current = await lockCareTeamRole(trx, domainId, input.uuid, 'input.uuid')
  expectVersion(current.version, input.expectedVersion)
  const archiving = await readArchiving(change, services, current, input)
  const values = { ...readRole(input, false), ...archiving }
  const version = current.version + 1
  await trx
    .updateTable('careTeamRole')
    .set({ ...values, version })
    .where('domainId', '=', domainId)
    .where('uuid', '=', current.uuid)
    .execute()
  change.audit({
    action:
      archiving.archived === true && !current.archived ? 'care_team_role.archived' : 'care_team_role.updated',
    record: { type: 'CareTeamRole', id: current.uuid, version },
    ...detailOfChange(current, values),
  })
  return { uuid: current.uuid }
}

async function readArchiving(
  { trx, domainId }: PatientsChange,
  services: Services,
  current: CareTeamRole,
  { archived, archivedById: id }: UpdateCareTeamRoleInput,
): Promise<{ archived?: boolean; archivedById?: number | null }> {
  const isArchived = archived ?? current.archived
  if (!isArchived) {
    const violations = new Violations()
    if (id) violations.add('input.archivedById', 'NOT_ARCHIVED', 'The role is not archived.')
    violations.throwIfAny()
    return archived === false ? { archived, archivedById: null } : {}
  }
  const path = 'input.archivedById'
  const archivedById =
    typeof id === 'string'
      ? await requireReference(trx, services, domainId, { table: 'providerRef', id, path })
      : id
  return given({ archived: archived ?? undefined, archivedById })
}

function readRole(input: CareTeamRoleInput, isNew: boolean) {
  const violations = new Violations()
  const { name, description, position } = input
  if (isNew || name !== undefined) checkText(name ?? null, { isRequired: true }, violations, 'input.name')
  checkText(description ?? null, {}, violations, 'input.description')
  violations.throwIfAny()
  return given({
    name: name ?? undefined,
    nameKey: keyOf(name) ?? undefined,
    description,
    position: position ?? undefined,
  })
}

import { detailOf } from '@commonchart/audit'
import { refusal, Violations } from '@commonchart/errors'
import { expectVersion, parseId, type Services } from '@commonchart/subgraph'
import type { Transaction } from 'kysely'
import type { CareTeamMember } from './care-team-members.ts'
import { requireCareTeamRole } from './care-team-roles.ts'
import { detailOfChange, fieldsSet } from './changed-fields.ts'
import { requireContact } from './contacts.ts'
import type { PatientsChange } from './context.ts'
import type { Patient } from './patient-columns.ts'
import { lockPatient } from './patients.ts'
import { requireReference } from './references.ts'
import type { Tables } from './tables.ts'
import { updatePatientRow } from './write-patient.ts'

type MemberType = 'PROVIDER_USER' | 'CONTACT'

export interface AddCareTeamMemberInput {
  clientMutationId?: string | null
  memberId: string
  memberType: MemberType
  patientId: string
  roleUuid?: string | null
}

/** Adds a provider or a contact to the care team of a patient, whose version moves. */
export async function addCareTeamMember(
  change: PatientsChange,
  services: Services,
  input: AddCareTeamMemberInput,
): Promise<{ id: string }> {
  const { trx, domainId, now } = change
  const patient = await lockPatient(trx, domainId, input.patientId, 'input.patientId')
  const values = {
    ...(await readMember(change, services, input.memberType, input.memberId)),
    roleUuid: await readRole(change, input.roleUuid ?? null),
  }
  const { id, version } = await changeTeam(change, patient, () =>
    trx
      .insertInto('careTeamMember')
      .values({ ...values, domainId, patientId: patient.id, createdAt: now, updatedAt: now })
      .returning(['id', 'version'])
      .executeTakeFirstOrThrow(),
  )
  change.audit({
    action: 'care_team_member.created',
    record: { type: 'CareTeamMember', id, version },
    patientId: patient.id,
    fields: fieldsSet(values),
  })
  return { id }
}

export interface UpdateCareTeamMemberInput {
  clientMutationId?: string | null
  id: string
  expectedVersion?: number | null
  memberId?: string | null
  memberType?: MemberType | null
  roleUuid?: string | null
}

/** Changes who a member is, or in which role: absent leaves as it is. The patient's version moves, too. */
export async function updateCareTeamMember(
  change: PatientsChange,
  services: Services,
  input: UpdateCareTeamMemberInput,
): Promise<{ id: string }> {
  const { trx, domainId, now } = change
  const { patient, current } = await lockMember(trx, domainId, input.id)
  expectVersion(current.version, input.expectedVersion)
  const violations = new Violations()
  const ownType: MemberType = current.providerId === null ? 'CONTACT' : 'PROVIDER_USER'
  const type = input.memberType ?? ownType
  if (type !== ownType && !input.memberId)
    violations.add('input.memberId', 'REQUIRED', 'A member of another type has another id.')
  violations.throwIfAny()
  const values = {
    ...(input.memberId ? await readMember(change, services, type, input.memberId) : {}),
    ...(input.roleUuid !== undefined && { roleUuid: await readRole(change, input.roleUuid) }),
  }
  const version = current.version + 1
  await changeTeam(change, patient, () =>
    trx
      .updateTable('careTeamMember')
      .set({ ...values, version, updatedAt: now })
      .where('domainId', '=', domainId)
      .where('id', '=', current.id)
      .execute(),
  )
  change.audit({
    action: 'care_team_member.updated',
    record: { type: 'CareTeamMember', id: current.id, version },
    patientId: current.patientId,
    ...detailOfChange(current, values),
  })
  return { id: current.id }
}

/** Locks the patient first, as every change of a patient does, then the member. Throws `NOT_FOUND` with its path. */
async function lockMember(
  trx: Transaction<Tables>,
  domainId: number,
  id: string,
): Promise<{ patient: Patient; current: CareTeamMember }> {
  const select = () =>
    trx
      .selectFrom('careTeamMember')
      .selectAll()
      .where('domainId', '=', domainId)
      .where('id', '=', parseId(id) ?? '-1')
  const found = await select().executeTakeFirst()
  if (!found)
    throw refusal('NOT_FOUND', 'There is no such member of a care team in this domain.', { path: 'input.id' })
  const patient = await lockPatient(trx, domainId, found.patientId)
  return { patient, current: await select().forUpdate().executeTakeFirstOrThrow() }
}

/** Does a change of a care team as one of the patient, with the team as it was and as it is on the record. */
async function changeTeam<Made>(
  change: PatientsChange,
  patient: Patient,
  work: () => Promise<Made>,
): Promise<Made> {
  const was = { careTeamMembers: await readTeam(change, patient.id) }
  const made = await work()
  const version = await updatePatientRow(change, patient, {})
  const is = { careTeamMembers: await readTeam(change, patient.id) }
  const fields = ['careTeamMembers']
  change.audit({
    action: 'patient.updated',
    record: { type: 'Patient', id: patient.id, version },
    patientId: patient.id,
    ...{ fields, ...detailOf(was, is, fields) },
  })
  return made
}

function readTeam({ trx, domainId }: PatientsChange, patientId: string): Promise<object[]> {
  return trx
    .selectFrom('careTeamMember')
    .select(['id', 'providerId', 'contactId', 'roleUuid'])
    .where('domainId', '=', domainId)
    .where('patientId', '=', patientId)
    .orderBy('id')
    .execute()
}

async function readMember(
  { trx, domainId }: PatientsChange,
  services: Services,
  type: MemberType,
  id: string,
): Promise<{ providerId: number | null; contactId: number | null }> {
  const path = 'input.memberId'
  if (type === 'CONTACT')
    return { providerId: null, contactId: await requireContact(trx, domainId, id, path) }
  const wanted = { table: 'providerRef' as const, id, path }
  return { providerId: await requireReference(trx, services, domainId, wanted), contactId: null }
}

async function readRole({ trx, domainId }: PatientsChange, uuid: string | null): Promise<string | null> {
  return uuid === null ? null : requireCareTeamRole(trx, domainId, uuid, 'input.roleUuid')
}

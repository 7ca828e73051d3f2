import { mutate, requestedFields, requireSupport, type Resolvers } from '@commonchart/subgraph'
import type { GraphQLResolveInfo } from 'graphql'
import {
  addCareTeamMember,
  updateCareTeamMember,
  type AddCareTeamMemberInput,
  type UpdateCareTeamMemberInput,
} from './care-team-changes.ts'
import { findCareTeamMember, type CareTeamMember } from './care-team-members.ts'
import {
  createCareTeamRole,
  updateCareTeamRole,
  type CareTeamRoleInput,
  type UpdateCareTeamRoleInput,
} from './care-team-role-changes.ts'
import {
  findCareTeamRole,
  listCareTeamRoles,
  type CareTeamRole,
  type CareTeamRolesArguments,
} from './care-team-roles.ts'
import { findContact } from './contacts.ts'
import type { Context } from './context.ts'
import { findPatient } from './patients.ts'

type Info = GraphQLResolveInfo

async function memberPayload(context: Context, clientMutationId: unknown, id: string) {
  return { clientMutationId, careTeamMember: await findCareTeamMember(context, id) }
}

async function rolePayload(context: Context, clientMutationId: unknown, uuid: string) {
  return { clientMutationId, careTeamRole: await findCareTeamRole(context, uuid) }
}

/** Who answers which field of care teams. */
export const careTeamResolvers = {
  Query: {
    careTeamRole: (_: unknown, { uuid }: { uuid: string }, context: Context) =>
      findCareTeamRole(context, uuid),
    careTeamRoles: (_: unknown, args: CareTeamRolesArguments, context: Context, info: Info) =>
      listCareTeamRoles(context, args, info),
  },
  Mutation: {
    addCareTeamMember: async (
      _: unknown,
      { input }: { input: AddCareTeamMemberInput },
      context: Context,
      info: Info,
    ) => {
      const { id } = await mutate(context, info, (change) =>
        addCareTeamMember(change, context.services, input),
      )
      return memberPayload(context, input.clientMutationId, id)
    },
    updateCareTeamMember: async (
      _: unknown,
      { input }: { input: UpdateCareTeamMemberInput },
      context: Context,
      info: Info,
    ) => {
      const { id } = await mutate(context, info, (change) =>
        updateCareTeamMember(change, context.services, input),
      )
      return memberPayload(context, input.clientMutationId, id)
    },
    createCareTeamRole: async (
      _: unknown,
      { input }: { input: CareTeamRoleInput },
      context: Context,
      info: Info,
    ) => {
      requireSupport(context)
      const { uuid } = await mutate(context, info, (change) => createCareTeamRole(change, input))
      return rolePayload(context, input.clientMutationId, uuid)
    },
    updateCareTeamRole: async (
      _: unknown,
      { input }: { input: UpdateCareTeamRoleInput },
      context: Context,
      info: Info,
    ) => {
      requireSupport(context)
      const { uuid } = await mutate(context, info, (change) =>
        updateCareTeamRole(change, context.services, input),
      )
      return rolePayload(context, input.clientMutationId, uuid)
    },
  },
  CareTeamMember: {
    patient: ({ patientId }: CareTeamMember, _: unknown, context: Context, info: Info) =>
      findPatient(context, patientId, requestedFields(info)),
    member: async ({ providerId, contactId }: CareTeamMember, _: unknown, context: Context) => {
      if (contactId === null) return { __typename: 'ProviderUser', id: providerId }
      return { __typename: 'Contact', ...(await findContact(context, contactId)) }
    },
    role: ({ roleUuid }: CareTeamMember, _: unknown, context: Context) =>
      roleUuid === null ? null : findCareTeamRole(context, roleUuid),
  },
  CareTeamRole: {
    archivedBy: ({ archivedById: id }: CareTeamRole) =>
      id === null ? null : { __typename: 'ProviderUser', id },
  },
} satisfies Resolvers

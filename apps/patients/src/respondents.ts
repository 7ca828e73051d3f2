import { mutate, requestedEntityFields, requestedFields, type Resolvers } from '@commonchart/subgraph'
import type { GraphQLResolveInfo } from 'graphql'
import type { Context } from './context.ts'
import { createPatient, type CreatePatientInput } from './create-patient.ts'
import { listPatients, type PatientsArguments } from './patient-list.ts'
import { noteCandidates } from './duplicates.ts'
import { findPatient } from './patients.ts'
import { findTagsByName } from './status-tags.ts'

interface CreateRespondentInput extends CreatePatientInput {
  statusTags?: string[] | null
}

/** Adds CHR's deprecated names of what answers for patients: every field of `Respondent` is answered as that of `Patient`. */
export function withRespondents(resolvers: Record<'Query' | 'Mutation' | 'Patient', object>): Resolvers {
  return {
    ...resolvers,
    Query: { ...resolvers.Query, ...Query },
    Mutation: { ...resolvers.Mutation, ...Mutation },
    Respondent: {
      ...resolvers.Patient,
      __resolveReference: ({ id }: { id: string }, context: Context, info: GraphQLResolveInfo) =>
        findPatient(context, id, requestedEntityFields(info, 'Respondent')),
    },
  }
}

const Query = {
  respondent: (_: unknown, { id }: { id: string }, context: Context, info: GraphQLResolveInfo) =>
    findPatient(context, id, requestedFields(info)),
  respondents: (_: unknown, args: PatientsArguments, context: Context, info: GraphQLResolveInfo) =>
    listPatients(context, args, info),
}

const Mutation = {
  createRespondent: async (
    _: unknown,
    { input: { statusTags, ...input } }: { input: CreateRespondentInput },
    context: Context,
    info: GraphQLResolveInfo,
  ) => {
    const { id } = await mutate(context, info, async (change) => {
      const statusTagIds = await findTagsByName(change, statusTags ?? [], 'input.statusTags')
      const saw = (ids: string[]) => noteCandidates(context, ids)
      return createPatient(change, context.services, { ...input, statusTagIds }, saw)
    })
    const respondent = await findPatient(context, id, requestedFields(info, 'respondent'))
    return { clientMutationId: input.clientMutationId, respondent }
  },
}

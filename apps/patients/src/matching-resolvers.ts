import { mutate, requestedFields, requirePerson, requireSupport } from '@commonchart/subgraph'
import type { GraphQLResolveInfo } from 'graphql'
import type { Context } from './context.ts'
import { findDuplicateHandling, setDuplicateHandling, type DuplicateHandling } from './duplicates.ts'
import { mergePatients, type MergePatientsInput } from './merge-patients.ts'
import type { Patient } from './patient-columns.ts'
import { listPatientMatches, type PatientMatch, type PatientMatchesInput } from './patient-matches.ts'
import { findPatient } from './patients.ts'
import { previewMerge, type MergePreview } from './preview-merge.ts'
import { searchPatients, type SearchArguments, type SearchHit } from './search-patients.ts'
import { unmergePatients, type UnmergePatientsInput } from './unmerge-patients.ts'

type Info = GraphQLResolveInfo

const patientOf = ({ patientId }: { patientId: string }, _: unknown, context: Context, info: Info) =>
  findPatient(context, patientId, requestedFields(info))

/** A payload that carries both charts of a merge as they are now. */
async function chartsPayload(
  context: Context,
  info: Info,
  clientMutationId: unknown,
  { keptId, mergedId }: { keptId: string; mergedId: string },
) {
  return {
    clientMutationId,
    kept: await findPatient(context, keptId, requestedFields(info, 'kept')),
    merged: await findPatient(context, mergedId, requestedFields(info, 'merged')),
  }
}

/** Who answers the fields of searching, matching and merging. */
export const matchingResolvers = {
  Query: {
    searchPatients: (_: unknown, args: SearchArguments, context: Context) => searchPatients(context, args),
    patientMatches: (_: unknown, { input }: { input: PatientMatchesInput }, context: Context) =>
      listPatientMatches(context, input),
    previewMerge: (_: unknown, args: { keptId: string; mergedId: string }, context: Context) =>
      previewMerge(context, args),
    duplicateHandling: (_: unknown, __: unknown, context: Context) => {
      requirePerson(context)
      return context.read((trx) => findDuplicateHandling({ trx, domainId: context.domainId }))
    },
  },
  Mutation: {
    mergePatients: async (
      _: unknown,
      { input }: { input: MergePatientsInput },
      context: Context,
      info: Info,
    ) => {
      const made = await mutate(context, info, (change) => mergePatients(change, context.services, input))
      return chartsPayload(context, info, input.clientMutationId, made)
    },
    unmergePatients: async (
      _: unknown,
      { input }: { input: UnmergePatientsInput },
      context: Context,
      info: Info,
    ) => {
      const made = await mutate(context, info, (change) => unmergePatients(change, input))
      return chartsPayload(context, info, input.clientMutationId, made)
    },
    setDuplicateHandling: async (
      _: unknown,
      { input }: { input: { clientMutationId?: string | null; duplicateHandling: DuplicateHandling } },
      context: Context,
      info: Info,
    ) => {
      requireSupport(context)
      await mutate(context, info, (change) => setDuplicateHandling(change, input.duplicateHandling))
      const { domainId } = context
      const duplicateHandling = await context.read((trx) => findDuplicateHandling({ trx, domainId }))
      return { clientMutationId: input.clientMutationId, duplicateHandling }
    },
  },
  Patient: {
    mergedInto: ({ mergedInto }: Patient, _: unknown, context: Context, info: Info) =>
      mergedInto === null ? null : findPatient(context, mergedInto, requestedFields(info)),
  },
  PatientSearchHit: {
    patient: (hit: SearchHit, _: unknown, context: Context, info: Info) => patientOf(hit, _, context, info),
  },
  PatientMatch: {
    patient: (match: PatientMatch, _: unknown, context: Context, info: Info) =>
      patientOf(match, _, context, info),
  },
  PatientMergePreview: {
    kept: ({ keptId }: MergePreview, _: unknown, context: Context, info: Info) =>
      findPatient(context, keptId, requestedFields(info)),
    merged: ({ mergedId }: MergePreview, _: unknown, context: Context, info: Info) =>
      findPatient(context, mergedId, requestedFields(info)),
  },
}

import {
  mutate,
  nameIn,
  requestedEntityFields,
  requestedFields,
  requireSupport,
  type PageArguments,
} from '@commonchart/subgraph'
import type { GraphQLResolveInfo } from 'graphql'
import { careTeamResolvers } from './care-team-resolvers.ts'
import {
  archivePatient,
  restorePatient,
  type ArchivePatientInput,
  type RestorePatientInput,
} from './archive-patient.ts'
import type { Context } from './context.ts'
import { createPatient, type CreatePatientInput } from './create-patient.ts'
import { directoryResolvers } from './directory-resolvers.ts'
import {
  createTemplate,
  findTemplate,
  listTemplates,
  updateTemplate,
  type TemplateInput,
} from './identification-templates.ts'
import { identificationResolvers } from './identification-resolvers.ts'
import { verifyIdentification } from './identification-verification.ts'
import { noteCandidates } from './duplicates.ts'
import type { ImportResult } from './import-items.ts'
import {
  importPatients,
  importTemplates,
  type ImportPatientInput,
  type ImportTemplateInput,
} from './import-patients.ts'
import { matchingResolvers } from './matching-resolvers.ts'
import { listPatientHistory, patientChangeFields } from './patient-history.ts'
import { listPatients, type PatientsArguments } from './patient-list.ts'
import { patientFields } from './patient-fields.ts'
import { patientDataMutations, patientDataQueries, patientDataTypes } from './patient-data/resolvers.ts'
import { setPatientStanding, type PatientStandingInput } from './patient-standing.ts'
import { findPatient } from './patients.ts'
import {
  createStatusTag,
  findStatusTag,
  listStatusTags,
  updateStatusTag,
  type StatusTag,
  type StatusTagInput,
  type StatusTagsArguments,
} from './status-tags.ts'
import { updatePatient, type UpdatePatientInput } from './update-patient.ts'

type Info = GraphQLResolveInfo

/** A payload that carries the patient that a mutation wrote, as it is now. */
async function patientPayload(context: Context, info: Info, clientMutationId: unknown, id: string) {
  return { clientMutationId, patient: await findPatient(context, id, requestedFields(info, 'patient')) }
}

async function templatePayload(context: Context, clientMutationId: unknown, id: number) {
  return { clientMutationId, identificationTemplate: await findTemplate(context, id) }
}

async function importPayload(made: Promise<{ results: string }>) {
  return { results: JSON.parse((await made).results) as ImportResult[] }
}

const Query = {
  ...matchingResolvers.Query,
  patient: (_: unknown, { id }: { id: string }, context: Context, info: Info) =>
    findPatient(context, id, requestedFields(info)),
  patients: (_: unknown, args: PatientsArguments, context: Context, info: Info) =>
    listPatients(context, args, info),
  patientHistory: (_: unknown, args: { id: string } & PageArguments, context: Context, info: Info) =>
    listPatientHistory(context, args, requestedFields(info, '', 'pageInfo')),
  identificationTemplate: (_: unknown, { id }: { id: string }, context: Context) => findTemplate(context, id),
  identificationTemplates: async (
    _: unknown,
    { includeDeactivated }: { includeDeactivated?: boolean | null },
    context: Context,
  ) => {
    const all = await context.read((trx) => listTemplates(trx, context.domainId))
    return all.filter((template) => includeDeactivated || !template.deactivated)
  },
  patientIdentificationVerification: (_: unknown, { id }: { id: string }, context: Context) =>
    verifyIdentification(context, id),
  statusTag: (_: unknown, { id }: { id: string }, context: Context) => findStatusTag(context, id),
  statusTags: (_: unknown, args: StatusTagsArguments, context: Context, info: Info) =>
    listStatusTags(context, args, info),
  ...patientDataQueries,
}

const Mutation = {
  ...matchingResolvers.Mutation,
  createPatient: async (
    _: unknown,
    { input }: { input: CreatePatientInput },
    context: Context,
    info: Info,
  ) => {
    const saw = (ids: string[]) => noteCandidates(context, ids)
    const { id } = await mutate(context, info, (change) =>
      createPatient(change, context.services, input, saw),
    )
    return patientPayload(context, info, input.clientMutationId, id)
  },
  updatePatient: async (
    _: unknown,
    { input }: { input: UpdatePatientInput },
    context: Context,
    info: Info,
  ) => {
    const { id } = await mutate(context, info, (change) => updatePatient(change, context.services, input))
    return patientPayload(context, info, input.clientMutationId, id)
  },
  archivePatient: async (
    _: unknown,
    { input }: { input: ArchivePatientInput },
    context: Context,
    info: Info,
  ) => {
    const { id } = await mutate(context, info, (change) => archivePatient(change, context.services, input))
    if (input.notify === true)
      context.warn('NOTIFICATION_NOT_SENT', 'Nobody was notified: no sender is configured.', {
        recipients: ['patient'],
      })
    return patientPayload(context, info, input.clientMutationId, id)
  },
  restorePatient: async (
    _: unknown,
    { input }: { input: RestorePatientInput },
    context: Context,
    info: Info,
  ) => {
    const { id } = await mutate(context, info, (change) => restorePatient(change, context.services, input))
    return patientPayload(context, info, input.clientMutationId, id)
  },
  setPatientStanding: async (
    _: unknown,
    { input }: { input: PatientStandingInput },
    context: Context,
    info: Info,
  ) => {
    requireSupport(context)
    const { id } = await mutate(context, info, (change) => setPatientStanding(change, input))
    return patientPayload(context, info, input.clientMutationId, id)
  },
  createIdentificationTemplate: async (
    _: unknown,
    { input }: { input: TemplateInput },
    context: Context,
    info: Info,
  ) => {
    requireSupport(context)
    const { id } = await mutate(context, info, (change) => createTemplate(change, input))
    return templatePayload(context, input.clientMutationId, id)
  },
  updateIdentificationTemplate: async (
    _: unknown,
    { input }: { input: TemplateInput },
    context: Context,
    info: Info,
  ) => {
    requireSupport(context)
    const { id } = await mutate(context, info, (change) => updateTemplate(change, input))
    return templatePayload(context, input.clientMutationId, id)
  },
  createStatusTag: async (_: unknown, { input }: { input: StatusTagInput }, context: Context, info: Info) => {
    requireSupport(context)
    const { id } = await mutate(context, info, (change) => createStatusTag(change, input))
    return { clientMutationId: input.clientMutationId, statusTag: await findStatusTag(context, id) }
  },
  updateStatusTag: async (_: unknown, { input }: { input: StatusTagInput }, context: Context, info: Info) => {
    requireSupport(context)
    const { id } = await mutate(context, info, (change) => updateStatusTag(change, input))
    return { clientMutationId: input.clientMutationId, statusTag: await findStatusTag(context, id) }
  },
  ...patientDataMutations,
  importPatients: (_: unknown, { input }: { input: ImportPatientInput[] }, context: Context, info: Info) => {
    requireSupport(context)
    return importPayload(
      mutate(context, info, async (change) => ({
        results: JSON.stringify(await importPatients(change, context.services, input)),
      })),
    )
  },
  importIdentificationTemplates: (
    _: unknown,
    { input }: { input: ImportTemplateInput[] },
    context: Context,
    info: Info,
  ) => {
    requireSupport(context)
    return importPayload(
      mutate(context, info, async (change) => ({
        results: JSON.stringify(await importTemplates(change, input)),
      })),
    )
  },
}

/** Who answers which field. */
export const resolvers = {
  ...directoryResolvers,
  ...careTeamResolvers,
  ...matchingResolvers,
  Query: { ...Query, ...directoryResolvers.Query, ...careTeamResolvers.Query },
  Mutation: { ...Mutation, ...directoryResolvers.Mutation, ...careTeamResolvers.Mutation },
  Patient: {
    ...matchingResolvers.Patient,
    __resolveReference: ({ id }: { id: string }, context: Context, info: Info) =>
      findPatient(context, id, requestedEntityFields(info, 'Patient')),
    ...patientFields,
  },
  PatientChange: patientChangeFields,
  ...identificationResolvers,
  StatusTag: {
    name: (tag: StatusTag, _: unknown, context: Context) => nameIn(context, tag),
  },
  ...patientDataTypes,
}

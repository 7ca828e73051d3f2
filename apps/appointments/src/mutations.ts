import { mutate, requestedFields, requireSupport } from '@commonchart/subgraph'
import {
  createAppointment,
  updateAppointment,
  type CreateAppointmentInput,
  type UpdateAppointmentInput,
} from './appointment-changes.ts'
import { importAppointments } from './appointment-import.ts'
import {
  createAppointmentTag,
  deactivateAppointmentTag,
  updateAppointmentTag,
} from './appointment-tag-changes.ts'
import { loadAppointmentTag } from './appointment-tags.ts'
import { loadAppointment } from './appointments.ts'
import { importLocations, importProviders, importServices } from './clinic-imports.ts'
import { requireOverride, requireWriter, type AppointmentsChange, type Context } from './context.ts'
import { deactivateLocation, deactivateProvider, deactivateService } from './deactivations.ts'
import type { ImportResult } from './imports.ts'
import { createLocation, updateLocation } from './location-changes.ts'
import { loadLocation } from './locations.ts'
import { warnOfSilence, type NotificationWish } from './notification-wishes.ts'
import {
  createPresentingIssue,
  deactivatePresentingIssue,
  updatePresentingIssue,
} from './presenting-issue-changes.ts'
import { loadPresentingIssue } from './presenting-issues.ts'
import { createProvider, updateProvider } from './provider-changes.ts'
import { loadProvider } from './providers.ts'
import type { Info } from './record-types.ts'
import { createService, updateService } from './service-changes.ts'
import { loadService } from './services.ts'
import {
  createStandardWorkHour,
  deactivateStandardWorkHour,
  updateStandardWorkHour,
} from './work-hour-changes.ts'
import { importStandardWorkHours } from './work-hour-import.ts'
import { loadStandardWorkHour } from './work-hours.ts'

type Echo = { clientMutationId?: string | null }
type Load = (context: Context, id: string, fields: Set<string>) => Promise<unknown>

/** Every mutation of this subgraph. */
export const mutations = {
  async createAppointment(
    _: unknown,
    args: {
      input: CreateAppointmentInput & NotificationWish
      options?: { requireConfirmation?: boolean } | null
    },
    context: Context,
    info: Info,
  ) {
    requireWriter(context)
    requireOverride(context, args.input)
    const { id } = await mutate(context, info, (change) =>
      createAppointment(change, context.services, args.input, args.options ?? {}),
    )
    warnOfSilence(context, args.input)
    return loadAppointment(context, id, requestedFields(info))
  },
  async updateAppointment(
    _: unknown,
    { input }: { input: UpdateAppointmentInput & NotificationWish & Echo },
    context: Context,
    info: Info,
  ) {
    requireWriter(context)
    requireOverride(context, input)
    const { id } = await mutate(context, info, (change) => updateAppointment(change, context.services, input))
    warnOfSilence(context, input)
    const appointment = await loadAppointment(context, id, requestedFields(info, 'appointment'))
    return { clientMutationId: input.clientMutationId, appointment }
  },
  createStandardWorkHour: changing(
    createStandardWorkHour,
    'standardWorkHour',
    loadStandardWorkHour,
    requireWriter,
  ),
  updateStandardWorkHour: changing(updateStandardWorkHour, 'standardWorkHour', loadStandardWorkHour),
  deactivateStandardWorkHour: changing(deactivateStandardWorkHour, 'standardWorkHour', loadStandardWorkHour),
  createLocation: changing(createLocation, 'location', loadLocation),
  updateLocation: changing(updateLocation, 'location', loadLocation),
  createProvider: changing(createProvider, 'provider', loadProvider),
  updateProvider: changing(updateProvider, 'provider', loadProvider),
  createService: changing(createService, 'service', loadService),
  updateService: changing(updateService, 'service', loadService),
  deactivateLocation: changing(deactivateLocation, 'location', loadLocation),
  deactivateProvider: changing(deactivateProvider, 'provider', loadProvider),
  deactivateService: changing(deactivateService, 'service', loadService),
  createPresentingIssue: changing(createPresentingIssue, 'presentingIssue', loadPresentingIssue),
  updatePresentingIssue: changing(updatePresentingIssue, 'presentingIssue', loadPresentingIssue),
  deactivatePresentingIssue: changing(deactivatePresentingIssue, 'presentingIssue', loadPresentingIssue),
  createAppointmentTag: changing(createAppointmentTag, 'appointmentTag', loadAppointmentTag),
  updateAppointmentTag: changing(updateAppointmentTag, 'appointmentTag', loadAppointmentTag),
  deactivateAppointmentTag: changing(deactivateAppointmentTag, 'appointmentTag', loadAppointmentTag),
  importLocations: importing(importLocations),
  importProviders: importing(importProviders),
  importServices: importing(importServices),
  importStandardWorkHours: importing(importStandardWorkHours),
  importAppointments: importing((change, items: Parameters<typeof importAppointments>[2], { services }) =>
    importAppointments(change, services, items),
  ),
}

/** A mutation that makes or changes one record, and answers with it under `name`. */
function changing<Input>(
  work: (change: AppointmentsChange, input: Input) => Promise<{ id: string }>,
  name: string,
  load: Load,
  authorise: (context: Context) => void = requireSupport,
) {
  return async (_: unknown, { input }: { input: Input & Echo }, context: Context, info: Info) => {
    authorise(context)
    const { id } = await mutate(context, info, (change) => work(change, input))
    const record = await load(context, id, requestedFields(info, name))
    return { clientMutationId: input.clientMutationId, [name]: record }
  }
}

/** A mutation that takes in many records. Its results are stored as text, so that a repeat tells them again. */
function importing<Item>(
  work: (change: AppointmentsChange, items: Item[], context: Context) => Promise<ImportResult[]>,
) {
  return async (_: unknown, { input }: { input: Item[] }, context: Context, info: Info) => {
    requireSupport(context)
    const { results } = await mutate(context, info, async (change) => ({
      results: (await work(change, input, context)).map((result) => JSON.stringify(result)),
    }))
    return { results: results.map((result) => JSON.parse(result) as ImportResult) }
  }
}

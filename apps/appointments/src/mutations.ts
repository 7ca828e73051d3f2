import { mutate, requestedFields, requireSupport } from '@commonchart/subgraph'
import { createAppointment, type CreateAppointmentInput } from './appointment-changes.ts'
import { importAppointments } from './appointment-import.ts'
import {
  createAppointmentTag,
  deactivateAppointmentTag,
  updateAppointmentTag,
} from './appointment-tag-changes.ts'
import { loadAppointmentTag } from './appointment-tags.ts'
import { updateAppointment, type UpdateAppointmentInput } from './appointment-updates.ts'
import { loadAppointment, type Appointment } from './appointments.ts'
import { importLocations, importProviders, importServices } from './clinic-imports.ts'
import { requireOverride, requireWriter, type AppointmentsChange, type Context } from './context.ts'
import { deactivateLocation, deactivateProvider, deactivateService } from './deactivations.ts'
import { draftMutations } from './draft-resolvers.ts'
import {
  createFlexibleWorkHour,
  deactivateFlexibleWorkHour,
  updateFlexibleWorkHour,
} from './flexible-hour-changes.ts'
import { loadFlexibleWorkHour } from './flexible-hours.ts'
import type { ImportResult } from './imports.ts'
import { importFlexibleWorkHours, importStandardWorkHours } from './hour-import.ts'
import { lifecycleMutations } from './lifecycle-resolvers.ts'
import { createLocation, updateLocation } from './location-changes.ts'
import { groupMutations } from './group-resolvers.ts'
import { createGroupVisit, deactivateGroupVisit, updateGroupVisit } from './group-visit-changes.ts'
import { loadGroupVisit } from './group-visits.ts'
import { loadLocation } from './locations.ts'
import { noteWish } from './notification-requests.ts'
import { warnOfSilence, type NotificationWish } from './notification-wishes.ts'
import {
  createProviderOffTime,
  deactivateProviderOffTime,
  updateProviderOffTime,
} from './off-time-changes.ts'
import { importProviderOffTimes } from './off-time-import.ts'
import { loadOffTime } from './off-times.ts'
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
import { createUserGroup, deactivateUserGroup, updateUserGroup } from './user-group-changes.ts'
import { loadUserGroup } from './user-groups.ts'
import {
  createStandardWorkHour,
  deactivateStandardWorkHour,
  updateStandardWorkHour,
} from './work-hour-changes.ts'
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
    let booked: Appointment | null = null
    const { id, notificationRequestIds } = await mutate(context, info, async (change) => {
      const made = await createAppointment(change, context.services, args.input, args.options ?? {})
      booked = made.record
      return noteWish(change, args.input, made)
    })
    warnOfSilence(context, args.input, notificationRequestIds)
    // A repeat books nothing, and shows what has become of the appointment.
    return booked ?? loadAppointment(context, id, requestedFields(info))
  },
  async updateAppointment(
    _: unknown,
    { input }: { input: UpdateAppointmentInput & NotificationWish & Echo },
    context: Context,
    info: Info,
  ) {
    requireWriter(context)
    requireOverride(context, input)
    const { id, notificationRequestIds } = await mutate(context, info, async (change) => {
      const made = await updateAppointment(change, context.services, input)
      return noteWish(change, input, made)
    })
    warnOfSilence(context, input, notificationRequestIds)
    const appointment = await loadAppointment(context, id, requestedFields(info, 'appointment'))
    return { clientMutationId: input.clientMutationId, appointment }
  },
  ...lifecycleMutations,
  createStandardWorkHour: changing(
    createStandardWorkHour,
    'standardWorkHour',
    loadStandardWorkHour,
    requireWriter,
  ),
  updateStandardWorkHour: changing(updateStandardWorkHour, 'standardWorkHour', loadStandardWorkHour),
  deactivateStandardWorkHour: changing(deactivateStandardWorkHour, 'standardWorkHour', loadStandardWorkHour),
  ...draftMutations,
  createFlexibleWorkHour: changing(
    createFlexibleWorkHour,
    'flexibleWorkHour',
    loadFlexibleWorkHour,
    requireWriter,
  ),
  updateFlexibleWorkHour: changing(updateFlexibleWorkHour, 'flexibleWorkHour', loadFlexibleWorkHour),
  deactivateFlexibleWorkHour: changing(deactivateFlexibleWorkHour, 'flexibleWorkHour', loadFlexibleWorkHour),
  createProviderOffTime: changing(createProviderOffTime, 'offTime', loadOffTime, requireWriter),
  updateProviderOffTime: changing(updateProviderOffTime, 'offTime', loadOffTime),
  deactivateProviderOffTime: changing(deactivateProviderOffTime, 'offTime', loadOffTime),
  createLocation: changing(createLocation, 'location', loadLocation),
  updateLocation: changing(updateLocation, 'location', loadLocation),
  createProvider: changing(createProvider, 'provider', loadProvider),
  updateProvider: changing(updateProvider, 'provider', loadProvider),
  createService: changing(createService, 'service', loadService),
  updateService: changing(updateService, 'service', loadService),
  ...groupMutations,
  createGroupVisit: changing(createGroupVisit, 'groupVisit', loadGroupVisit),
  updateGroupVisit: changing(updateGroupVisit, 'groupVisit', loadGroupVisit),
  deactivateGroupVisit: changing(deactivateGroupVisit, 'groupVisit', loadGroupVisit),
  createUserGroup: changing(createUserGroup, 'userGroup', loadUserGroup),
  updateUserGroup: changing(updateUserGroup, 'userGroup', loadUserGroup),
  deactivateUserGroup: changing(deactivateUserGroup, 'userGroup', loadUserGroup),
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
  importFlexibleWorkHours: importing(importFlexibleWorkHours),
  importProviderOffTimes: importing(importProviderOffTimes),
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

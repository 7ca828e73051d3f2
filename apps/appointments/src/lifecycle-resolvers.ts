import {
  loadActor,
  mutate,
  requestedFields,
  requirePerson,
  requireSupport,
  type PageArguments,
} from '@commonchart/subgraph'
import { appointmentChangeFields, listAppointmentHistory } from './appointment-history.ts'
import { findAppointmentRules, setAppointmentRules } from './appointment-rules.ts'
import { loadAppointment, type Appointment } from './appointments.ts'
import type { AppointmentsChange, Context } from './context.ts'
import { deactivateAppointment, type DeactivateAppointmentInput } from './deactivate-appointment.ts'
import { loadLocation } from './locations.ts'
import {
  findNotificationRequest,
  listNotificationRequests,
  loadRequestsOf,
  settleNotificationRequest,
  type NotificationRequest,
  type NotificationRequestFilters,
} from './notification-requests.ts'
import { loadProvider } from './providers.ts'
import type { Info } from './record-types.ts'
import { loadReschedules, type Reschedule } from './reschedules.ts'
import {
  findShiftedTimes,
  reresolveTimes,
  type ShiftedTime,
  type ShiftedTimeArguments,
  type ShiftedTimes,
} from './shifted-times.ts'

type Echo = { clientMutationId?: string | null }
type Input<Values> = { input: Values & Echo }

/** What is asked for of a page, and of its pageInfo. */
const pageFields = (info: Info) => requestedFields(info, '', 'pageInfo')

/** The root fields that read what became of appointments. */
export const lifecycleQueries = {
  appointmentHistory: (_: unknown, args: { id: string } & PageArguments, context: Context, info: Info) =>
    listAppointmentHistory(context, args, pageFields(info)),
  notificationRequests: (
    _: unknown,
    args: NotificationRequestFilters & PageArguments,
    context: Context,
    info: Info,
  ) => listNotificationRequests(context, args, pageFields(info)),
  appointmentRules: (_: unknown, __: unknown, context: Context) => {
    requirePerson(context)
    return readRules(context)
  },
  shiftedAppointmentTimes: (_: unknown, args: ShiftedTimeArguments, context: Context) => {
    requirePerson(context)
    return context.read((trx) => findShiftedTimes(trx, context.domainId, args))
  },
}

/** The mutations of what becomes of appointments, but for booking and changing them. */
export const lifecycleMutations = {
  deactivateAppointment: async (
    _: unknown,
    { input }: Input<DeactivateAppointmentInput>,
    context: Context,
    info: Info,
  ) => {
    requireSupport(context)
    const { id } = await mutate(context, info, (change) => deactivateAppointment(change, input))
    const appointment = await loadAppointment(context, id, requestedFields(info, 'appointment'))
    return { clientMutationId: input.clientMutationId, appointment }
  },
  setAppointmentRules: async (
    _: unknown,
    { input }: Input<Parameters<typeof setAppointmentRules>[1]>,
    context: Context,
    info: Info,
  ) => {
    requireSupport(context)
    await mutate(context, info, (change) => setAppointmentRules(change, input))
    return { clientMutationId: input.clientMutationId, appointmentRules: await readRules(context) }
  },
  settleNotificationRequest: async (
    _: unknown,
    { input }: Input<Parameters<typeof settleNotificationRequest>[1]>,
    context: Context,
    info: Info,
  ) => {
    requireSupport(context)
    const { id } = await mutate(context, info, (change) => settleNotificationRequest(change, input))
    const notificationRequest = await findNotificationRequest(context, id)
    return { clientMutationId: input.clientMutationId, notificationRequest }
  },
  reresolveAppointmentTimes: async (
    _: unknown,
    { input }: Input<ShiftedTimeArguments>,
    context: Context,
    info: Info,
  ) => {
    requireSupport(context)
    // Stored as text, so that a repeat tells them again.
    const work = async (change: AppointmentsChange) => ({
      shifted: JSON.stringify(await reresolveTimes(change, input)),
    })
    const { shifted } = await mutate(context, info, work)
    return { clientMutationId: input.clientMutationId, shifted: JSON.parse(shifted) as ShiftedTimes }
  },
}

function readRules(context: Context) {
  return context.read((trx) => findAppointmentRules({ trx, domainId: context.domainId }))
}

const appointmentOf = (
  { appointmentId }: { appointmentId: string },
  _: unknown,
  context: Context,
  info: Info,
) => loadAppointment(context, appointmentId, requestedFields(info))

const providerBy =
  (column: 'fromProviderId' | 'toProviderId') =>
  (row: Reschedule, _: unknown, context: Context, info: Info) =>
    loadProvider(context, row[column], requestedFields(info))

const locationBy =
  (column: 'fromLocationId' | 'toLocationId') =>
  (row: Reschedule, _: unknown, context: Context, info: Info) =>
    loadLocation(context, row[column], requestedFields(info))

/** The fields of an appointment that say what became of it. */
export const lifecycleFields = {
  cancelledBy: ({ cancelledByKind: kind, cancelledById: id }: Appointment, _: unknown, context: Context) =>
    loadActor(context, { kind, id }),
  reschedules: (appointment: Appointment, _: unknown, context: Context) =>
    loadReschedules(context, appointment),
  notificationRequests: ({ id }: Appointment, _: unknown, context: Context) => loadRequestsOf(context, id),
}

/** The fields of each type of the lifecycle that are more than a column of the same name. */
export const lifecycleTypes = {
  AppointmentReschedule: {
    actor: ({ byKind: kind, byId: id, byName: name }: Reschedule) => ({ kind, id, name }),
    previousStartAt: ({ fromStartsAt }: Reschedule) => fromStartsAt,
    previousUntilAt: ({ fromEndsAt }: Reschedule) => fromEndsAt,
    previousProvider: providerBy('fromProviderId'),
    previousLocation: locationBy('fromLocationId'),
    startAt: ({ toStartsAt }: Reschedule) => toStartsAt,
    untilAt: ({ toEndsAt }: Reschedule) => toEndsAt,
    provider: providerBy('toProviderId'),
    location: locationBy('toLocationId'),
  },
  AppointmentChange: appointmentChangeFields,
  NotificationRequest: {
    appointment: appointmentOf,
    patient: ({ patientId }: NotificationRequest) => ({ __typename: 'Patient', id: patientId }),
    requestedBy: (
      { requestedByKind: kind, requestedById: id }: NotificationRequest,
      _: unknown,
      context: Context,
    ) => loadActor(context, { kind, id }),
  },
  ShiftedAppointmentTime: {
    appointment: (row: ShiftedTime, _: unknown, context: Context, info: Info) =>
      appointmentOf(row, _, context, info),
  },
}

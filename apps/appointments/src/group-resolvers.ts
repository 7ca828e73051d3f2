import {
  mutate,
  requestedEntityFields,
  requestedFields,
  requirePerson,
  requireSupport,
} from '@commonchart/subgraph'
import { loadAppointment } from './appointments.ts'
import {
  addGroupVisitAttendee,
  removeGroupVisitAttendee,
  type AddGroupVisitAttendeeInput,
} from './attendance.ts'
import { requireWriter, type Context } from './context.ts'
import { listGroupVisits, type GroupVisitArguments } from './group-visit-list.ts'
import { loadAppointmentsOf, loadGroupVisit, loadLeadersOf, type GroupVisit } from './group-visits.ts'
import { loadLocation } from './locations.ts'
import { noteWish } from './notification-requests.ts'
import { warnOfSilence, type NotificationWish } from './notification-wishes.ts'
import { loadProvider } from './providers.ts'
import { pageFields, refer, type Info } from './record-types.ts'
import { loadService } from './services.ts'
import { listUserGroups, loadMembersOf, loadUserGroup, type UserGroup } from './user-groups.ts'
import {
  findVirtualVisitLink,
  findVirtualVisitUrl,
  setVirtualVisitUrl,
  type VirtualVisitLink,
} from './virtual-visits.ts'

/** The root fields of user groups, group visits and virtual visits. */
export const groupQueries = {
  userGroup: (_: unknown, { id }: { id: string }, context: Context, info: Info) =>
    loadUserGroup(context, id, requestedFields(info)),
  userGroups: (_: unknown, args: { includeDeactivated?: boolean }, context: Context, info: Info) =>
    listUserGroups(context, args, requestedFields(info)),
  groupVisit: (_: unknown, { id }: { id: string }, context: Context, info: Info) =>
    loadGroupVisit(context, id, requestedFields(info)),
  groupVisits: (_: unknown, args: GroupVisitArguments, context: Context, info: Info) =>
    listGroupVisits(context, args, pageFields(info)),
  virtualVisitLink: (
    _: unknown,
    args: { id?: string | null; appointmentId?: string | null },
    context: Context,
  ) => findVirtualVisitLink(context, args),
  virtualVisitUrl: (_: unknown, __: unknown, context: Context) => {
    requirePerson(context)
    return findVirtualVisitUrl(context)
  },
}

type Echo = { clientMutationId?: string | null }
type Attendance = AddGroupVisitAttendeeInput &
  Echo & {
    allowPatientNotification?: boolean | null
    allowPractitionerNotification?: boolean | null
    patientNotificationMethod?: NotificationWish['notifyBy']
  }

/** The mutations that attend to the seats of group visits, and of virtual visits. */
export const groupMutations = {
  async addGroupVisitAttendee(_: unknown, { input }: { input: Attendance }, context: Context, info: Info) {
    requireWriter(context)
    const wish = wishOf(input)
    const { id, notificationRequestIds } = await mutate(context, info, async (change) =>
      noteWish(change, wish, await addGroupVisitAttendee(change, context.services, input)),
    )
    warnOfSilence(context, wish, notificationRequestIds)
    const appointment = await loadAppointment(context, id, requestedFields(info, 'appointment'))
    return { clientMutationId: input.clientMutationId, appointment }
  },
  async removeGroupVisitAttendee(_: unknown, { input }: { input: Attendance }, context: Context, info: Info) {
    requireWriter(context)
    const wish = wishOf(input)
    const { ids, notificationRequestIds } = await mutate(context, info, async (change) => {
      const { removed } = await removeGroupVisitAttendee(change, input)
      const noted: string[] = []
      for (const each of removed) noted.push(...(await noteWish(change, wish, each)).notificationRequestIds)
      return { ids: removed.map((each) => each.id), notificationRequestIds: noted }
    })
    warnOfSilence(context, wish, notificationRequestIds)
    const fields = requestedFields(info, 'appointments')
    const appointments = await Promise.all(ids.map((id) => loadAppointment(context, id, fields)))
    return { clientMutationId: input.clientMutationId, appointments }
  },
  async setVirtualVisitUrl(
    _: unknown,
    { input }: { input: Echo & { virtualVisitUrl?: string | null } },
    context: Context,
    info: Info,
  ) {
    requireSupport(context)
    await mutate(context, info, (change) => setVirtualVisitUrl(change, input.virtualVisitUrl))
    const virtualVisitUrl = await findVirtualVisitUrl(context)
    return { clientMutationId: input.clientMutationId, virtualVisitUrl }
  },
}

/** What CHR's programs say here about telling people, in the words of appointments. */
function wishOf(input: Attendance): NotificationWish {
  const { allowPatientNotification, allowPractitionerNotification, patientNotificationMethod } = input
  return {
    allowNotification: allowPatientNotification === true && patientNotificationMethod !== 'NONE',
    allowPractitionerNotification,
    notifyBy: patientNotificationMethod,
  }
}

/** The fields of their types that are more than a column of the same name. */
export const groupTypes = {
  UserGroup: {
    __resolveReference: ({ id }: { id: string }, context: Context, info: Info) =>
      loadUserGroup(context, id, requestedEntityFields(info, 'UserGroup')),
    members: async ({ id }: UserGroup, _: unknown, context: Context, info: Info) => {
      const ids = await loadMembersOf(context, id)
      return Promise.all(ids.map((each) => loadProvider(context, each, requestedFields(info))))
    },
  },
  GroupVisit: {
    __resolveReference: ({ id }: { id: string }, context: Context, info: Info) =>
      loadGroupVisit(context, id, requestedEntityFields(info, 'GroupVisit')),
    startAt: ({ startsAt }: GroupVisit) => startsAt,
    untilAt: ({ endsAt }: GroupVisit) => endsAt,
    occupiedSlotsCount: ({ occupied }: GroupVisit) => occupied,
    availableSlots: ({ capacity, occupied = 0 }: GroupVisit) =>
      typeof capacity === 'number' ? Math.max(0, capacity - occupied) : null,
    location: ({ locationId = 0 }: GroupVisit, _: unknown, context: Context, info: Info) =>
      refer(locationId, info, (fields) => loadLocation(context, locationId, fields)),
    service: ({ serviceId }: GroupVisit, _: unknown, context: Context, info: Info) =>
      serviceId ? refer(serviceId, info, (fields) => loadService(context, serviceId, fields)) : null,
    createdProviderUser: ({ createdProviderId }: GroupVisit, _: unknown, context: Context, info: Info) =>
      createdProviderId
        ? refer(createdProviderId, info, (fields) => loadProvider(context, createdProviderId, fields))
        : null,
    providerUsers: async ({ id }: GroupVisit, _: unknown, context: Context, info: Info) => {
      const ids = await loadLeadersOf(context, id)
      return Promise.all(ids.map((each) => loadProvider(context, each, requestedFields(info))))
    },
    appointments: ({ id }: GroupVisit, _: unknown, context: Context, info: Info) =>
      loadAppointmentsOf(context, id, requestedFields(info)),
  },
  VirtualVisitLink: {
    appointment: ({ id }: VirtualVisitLink, _: unknown, context: Context, info: Info) =>
      loadAppointment(context, id, requestedFields(info)),
  },
}

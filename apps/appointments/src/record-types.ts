import { dayOf, describeZone } from '@commonchart/clinic-time'
import { requestedEntityFields, requestedFields, type PageArguments } from '@commonchart/subgraph'
import type { GraphQLResolveInfo } from 'graphql'
import { listAppointments, type AppointmentArguments } from './appointment-list.ts'
import { loadAppointment, type Appointment } from './appointments.ts'
import type { Context } from './context.ts'
import { lifecycleFields } from './lifecycle-resolvers.ts'
import { loadGroupVisit } from './group-visits.ts'
import { loadLocation, type Location } from './locations.ts'
import { weekdays } from './names.ts'
import { fullNameOf, loadProvider, type Provider } from './providers.ts'
import { inLanguage, loadService, type Service } from './services.ts'
import {
  listStandardWorkHours,
  loadServicesOf,
  timeOf,
  type StandardWorkHour,
  type WorkHourFilters,
} from './work-hours.ts'

export type Info = GraphQLResolveInfo
type PatientArguments = Omit<AppointmentArguments, 'patientId'>

/** What is asked for of a connection: of its records, and of itself and its pageInfo. */
export function pageFields(info: Info): { nodes: Set<string>; page: Set<string> } {
  return { nodes: requestedFields(info, 'nodes', 'edges.node'), page: requestedFields(info, '', 'pageInfo') }
}

/** Gives a bare reference when nothing but the id is asked for: what refers to a record proves that it is there. */
export function refer<Found>(
  id: number | string | undefined,
  info: Info,
  load: (fields: Set<string>) => Promise<Found>,
) {
  const fields = requestedFields(info)
  fields.delete('id')
  return fields.size === 0 ? { id } : load(fields)
}

const patient = {
  __resolveReference: ({ id }: { id: string }) => ({ id }),
  appointments: ({ id }: { id: string }, args: PatientArguments, context: Context, info: Info) =>
    listAppointments(context, { ...args, patientId: id }, pageFields(info)),
}

/** The fields of each type that are more than a column of the same name. */
export const types = {
  Appointment: {
    __resolveReference: ({ id }: { id: string }, context: Context, info: Info) =>
      loadAppointment(context, id, requestedEntityFields(info, 'Appointment')),
    date: ({ startWall }: Appointment) => dayOf(startWall ?? ''),
    startAt: ({ startsAt }: Appointment) => startsAt,
    untilAt: ({ endsAt }: Appointment) => endsAt,
    ...lifecycleFields,
    patient: ({ patientId }: Appointment) => ({ __typename: 'Patient', id: patientId }),
    respondent: ({ patientId }: Appointment) => ({ __typename: 'Respondent', id: patientId }),
    location: ({ locationId = 0 }: Appointment, _: unknown, context: Context, info: Info) =>
      refer(locationId, info, (fields) => loadLocation(context, locationId, fields)),
    provider: ({ providerId = 0 }: Appointment, _: unknown, context: Context, info: Info) =>
      refer(providerId, info, (fields) => loadProvider(context, providerId, fields)),
    service: ({ serviceId }: Appointment, _: unknown, context: Context, info: Info) =>
      serviceId ? refer(serviceId, info, (fields) => loadService(context, serviceId, fields)) : null,
    groupVisit: ({ groupVisitId }: Appointment, _: unknown, context: Context, info: Info) =>
      groupVisitId
        ? refer(groupVisitId, info, (fields) => loadGroupVisit(context, groupVisitId, fields))
        : null,
  },
  Patient: patient,
  // CHR's former name of the type.
  Respondent: patient,
  Location: {
    __resolveReference: ({ id }: { id: string }, context: Context, info: Info) =>
      loadLocation(context, id, requestedEntityFields(info, 'Location')),
    primary: ({ isPrimary }: Location) => isPrimary,
    public: ({ isPublic }: Location) => isPublic,
    timezoneIanaName: ({ zone }: Location) => zone,
    timezoneName: ({ zone }: Location, _: unknown, { language }: Context) =>
      describeZone(zone ?? '', language),
  },
  ProviderUser: {
    __resolveReference: ({ id }: { id: string }, context: Context, info: Info) =>
      loadProvider(context, id, requestedEntityFields(info, 'ProviderUser')),
    fullName: fullNameOf,
    schedule: ({ id, hasSchedule }: Provider) => (hasSchedule ? { providerId: id } : null),
  },
  Schedule: {
    standardWorkHours: (
      { providerId }: { providerId: number },
      args: WorkHourFilters & PageArguments,
      context: Context,
      info: Info,
    ) => listStandardWorkHours(context, providerId, args, pageFields(info)),
  },
  StandardWorkHour: {
    weekday: ({ weekday = 0 }: StandardWorkHour) => weekdays[weekday],
    startAtTime: ({ startMinute = 0 }: StandardWorkHour) => timeOf(startMinute),
    endAtTime: ({ endMinute = 0 }: StandardWorkHour) => timeOf(endMinute),
    interval: ({ intervalMinutes }: StandardWorkHour) => intervalMinutes,
    location: ({ locationId = 0 }: StandardWorkHour, _: unknown, context: Context, info: Info) =>
      refer(locationId, info, (fields) => loadLocation(context, locationId, fields)),
    services: async ({ id }: StandardWorkHour, _: unknown, context: Context, info: Info) => {
      const ids = await loadServicesOf(context, id)
      return Promise.all(ids.map((each) => loadService(context, each, requestedFields(info))))
    },
  },
  Service: {
    __resolveReference: ({ id }: { id: string }, context: Context, info: Info) =>
      loadService(context, id, requestedEntityFields(info, 'Service')),
    name: ({ name, localizedName }: Service, _: unknown, { language }: Context) =>
      inLanguage(language, localizedName, name),
    shortDescription: (service: Service, _: unknown, { language }: Context) =>
      inLanguage(language, service.localizedShortDescription, service.shortDescription),
    longDescription: (service: Service, _: unknown, { language }: Context) =>
      inLanguage(language, service.localizedLongDescription, service.longDescription),
  },
}

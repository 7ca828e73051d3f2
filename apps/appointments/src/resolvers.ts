import { requestedFields, type PageArguments, type Resolvers } from '@commonchart/subgraph'
import { listAppointments, type AppointmentArguments } from './appointment-list.ts'
import { loadAppointment } from './appointments.ts'
import { catalogueFields, catalogueQueries, presentingIssueFields } from './catalogue-resolvers.ts'
import type { Context } from './context.ts'
import { listLocations, loadLocation } from './locations.ts'
import { mutations } from './mutations.ts'
import { listProviders, loadProvider, type ProviderFilters } from './providers.ts'
import { pageFields, types, type Info } from './record-types.ts'
import { listServices, loadService } from './services.ts'

/** Every field of this subgraph. */
export const resolvers: Resolvers = {
  Query: {
    ...catalogueQueries,
    appointment: (_: unknown, { id }: { id: string }, context: Context, info: Info) =>
      loadAppointment(context, id, requestedFields(info)),
    appointments: (_: unknown, args: AppointmentArguments, context: Context, info: Info) =>
      listAppointments(context, args, pageFields(info)),
    location: (_: unknown, { id }: { id: string }, context: Context, info: Info) =>
      loadLocation(context, id, requestedFields(info)),
    locations: (_: unknown, args: { includeDeactivated?: boolean }, context: Context, info: Info) =>
      listLocations(context, args, requestedFields(info)),
    provider: (_: unknown, { id }: { id: string }, context: Context, info: Info) =>
      loadProvider(context, id, requestedFields(info)),
    providers: (_: unknown, args: ProviderFilters & PageArguments, context: Context, info: Info) =>
      listProviders(context, args, pageFields(info)),
    service: (_: unknown, { id }: { id: string }, context: Context, info: Info) =>
      loadService(context, id, requestedFields(info)),
    services: (
      _: unknown,
      args: { name?: string | null; presentingIssueId?: string | null; includeDeactivated?: boolean },
      context: Context,
      info: Info,
    ) => {
      const presentingIssueIds = [args.presentingIssueId ?? []].flat()
      return listServices(context, { ...args, presentingIssueIds }, requestedFields(info))
    },
  },
  Mutation: mutations,
  ...types,
  Appointment: { ...types.Appointment, ...catalogueFields.Appointment },
  PresentingIssue: presentingIssueFields,
  Service: { ...types.Service, ...catalogueFields.Service },
}

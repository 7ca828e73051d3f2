import { requestedFields, type PageArguments, type Resolvers } from '@commonchart/subgraph'
import { listAppointments, type AppointmentArguments } from './appointment-list.ts'
import { loadAppointment } from './appointments.ts'
import { availabilityQueries } from './availability-resolvers.ts'
import type { Context } from './context.ts'
import { draftQueries, draftTypes } from './draft-resolvers.ts'
import { lifecycleQueries, lifecycleTypes } from './lifecycle-resolvers.ts'
import { groupQueries, groupTypes } from './group-resolvers.ts'
import { listLocations, loadLocation } from './locations.ts'
import { mutations } from './mutations.ts'
import { listProviders, loadProvider, type ProviderFilters } from './providers.ts'
import { pageFields, types, type Info } from './record-types.ts'
import { listServices, loadService } from './services.ts'

/** Every field of this subgraph. */
export const resolvers: Resolvers = {
  Query: {
    ...availabilityQueries,
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
      args: { name?: string | null; includeDeactivated?: boolean },
      context: Context,
      info: Info,
    ) => listServices(context, args, requestedFields(info)),
    ...draftQueries,
    ...lifecycleQueries,
    ...groupQueries,
  },
  Mutation: mutations,
  ...types,
  ...draftTypes,
  ...lifecycleTypes,
  ...groupTypes,
}

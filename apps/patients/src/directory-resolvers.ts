import { mutate, requireSupport, type Resolvers } from '@commonchart/subgraph'
import type { GraphQLResolveInfo } from 'graphql'
import { createContact, importContacts, updateContact, type ImportContactInput } from './contact-changes.ts'
import { listContacts, type ContactsArguments } from './contact-list.ts'
import { findContact, type Contact } from './contacts.ts'
import type { Context } from './context.ts'
import { findFacility } from './facilities.ts'
import {
  createFacility,
  importFacilities,
  updateFacility,
  type ImportFacilityInput,
} from './facility-changes.ts'
import { listFacilities, type FacilitiesArguments } from './facility-list.ts'
import type { ImportResult } from './import-items.ts'

type Info = GraphQLResolveInfo
type Input<Work extends (...args: never) => unknown> = { input: Parameters<Work>[1] }

async function contactPayload(context: Context, clientMutationId: unknown, id: string) {
  return { clientMutationId, contact: await findContact(context, id) }
}

async function facilityPayload(context: Context, clientMutationId: unknown, id: string) {
  return { clientMutationId, facility: await findFacility(context, id) }
}

async function importPayload(made: Promise<{ results: string }>) {
  return { results: JSON.parse((await made).results) as ImportResult[] }
}

/** Who answers which field of the address book. */
export const directoryResolvers = {
  Query: {
    contact: (_: unknown, { id }: { id: string }, context: Context) => findContact(context, id),
    contacts: (_: unknown, args: ContactsArguments, context: Context, info: Info) =>
      listContacts(context, args, info),
    facility: (_: unknown, { id }: { id: string }, context: Context) => findFacility(context, id),
    facilities: (_: unknown, args: FacilitiesArguments, context: Context, info: Info) =>
      listFacilities(context, args, info),
  },
  Mutation: {
    createContact: async (
      _: unknown,
      { input }: Input<typeof createContact>,
      context: Context,
      info: Info,
    ) => {
      const { id } = await mutate(context, info, (change) => createContact(change, input))
      return contactPayload(context, input.clientMutationId, id)
    },
    updateContact: async (
      _: unknown,
      { input }: Input<typeof updateContact>,
      context: Context,
      info: Info,
    ) => {
      const { id } = await mutate(context, info, (change) => updateContact(change, input))
      return contactPayload(context, input.clientMutationId, id)
    },
    createFacility: async (
      _: unknown,
      { input }: Input<typeof createFacility>,
      context: Context,
      info: Info,
    ) => {
      const { id } = await mutate(context, info, (change) => createFacility(change, input))
      return facilityPayload(context, input.clientMutationId, id)
    },
    updateFacility: async (
      _: unknown,
      { input }: Input<typeof updateFacility>,
      context: Context,
      info: Info,
    ) => {
      const { id } = await mutate(context, info, (change) => updateFacility(change, input))
      return facilityPayload(context, input.clientMutationId, id)
    },
    importContacts: (
      _: unknown,
      { input }: { input: ImportContactInput[] },
      context: Context,
      info: Info,
    ) => {
      requireSupport(context)
      return importPayload(
        mutate(context, info, async (change) => ({
          results: JSON.stringify(await importContacts(change, input)),
        })),
      )
    },
    importFacilities: (
      _: unknown,
      { input }: { input: ImportFacilityInput[] },
      context: Context,
      info: Info,
    ) => {
      requireSupport(context)
      return importPayload(
        mutate(context, info, async (change) => ({
          results: JSON.stringify(await importFacilities(change, input)),
        })),
      )
    },
  },
  Contact: {
    facility: ({ facilityId }: Contact, _: unknown, context: Context) => findFacility(context, facilityId),
  },
} satisfies Resolvers

import { requestedEntityFields, requestedFields } from '@commonchart/subgraph'
import type { Context } from './context.ts'
import { loadProvider } from './providers.ts'
import type { Info } from './record-types.ts'
import { listUserGroups, loadMembersOf, loadUserGroup, type UserGroup } from './user-groups.ts'

/** The root fields of user groups. */
export const groupQueries = {
  userGroup: (_: unknown, { id }: { id: string }, context: Context, info: Info) =>
    loadUserGroup(context, id, requestedFields(info)),
  userGroups: (_: unknown, args: { includeDeactivated?: boolean }, context: Context, info: Info) =>
    listUserGroups(context, args, requestedFields(info)),
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
}

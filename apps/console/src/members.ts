import type { Kysely, Transaction } from 'kysely'
import { deleteInvitationsOf } from './invitations.ts'
import { insertPeopleEvent, type Actor } from './people-events.ts'
import { platform, type Role, type Tables } from './tables.ts'

/** What a person is in one domain. */
export interface Membership {
  domain: string
  role: Role
}

/** A member as others see them. */
export interface Member {
  id: string
  name: string
  email: string
  role: Role
  since: Date
}

/** Lists what a person is a member of, by name; the platform is not among them. */
export function listMemberships(db: Kysely<Tables>, userId: string): Promise<Membership[]> {
  return db
    .selectFrom('membership')
    .select(['domain', 'role'])
    .where('userId', '=', userId)
    .where('domain', '<>', platform)
    .orderBy('domain')
    .execute()
}

/** What a person may do in a domain, or null when it is none of theirs. */
export async function findRole(db: Kysely<Tables>, userId: string, domain: string): Promise<Role | null> {
  const row = await db
    .selectFrom('membership')
    .select('role')
    .where('userId', '=', userId)
    .where('domain', '=', domain)
    .executeTakeFirst()
  return row?.role ?? null
}

/** Lists the members of a domain by name. */
export function listMembers(db: Kysely<Tables>, domain: string): Promise<Member[]> {
  return db
    .selectFrom('membership')
    .innerJoin('user', 'user.id', 'membership.userId')
    .select(['user.id', 'user.name', 'user.email', 'membership.role', 'membership.createdAt as since'])
    .where('membership.domain', '=', domain)
    .orderBy('user.name')
    .orderBy('user.id')
    .execute()
}

/**
 * Gives a member another role, or with null ends the membership, and records it. Whoever may not invite others any more leaves
 * no open invitation behind. Says `LAST_ONE` and does nothing where nobody would be left who can invite others, and `NOT_FOUND`
 * where the person is no member.
 */
export function changeRole(
  db: Kysely<Tables>,
  domain: string,
  userId: string,
  role: Role | null,
  actor: Actor,
): Promise<'DONE' | 'LAST_ONE' | 'NOT_FOUND'> {
  return db.transaction().execute(async (trx) => {
    const members = await lockMembers(trx, domain)
    const member = members.find((each) => each.userId === userId)
    if (!member) return 'NOT_FOUND'
    const leads = (each: { role: Role }): boolean => each.role !== 'auditor'
    const othersLead = members.some((each) => each !== member && leads(each))
    if (leads(member) && !othersLead && (role === null || !leads({ role }))) return 'LAST_ONE'
    if (role === null)
      await trx.deleteFrom('membership').where('domain', '=', domain).where('userId', '=', userId).execute()
    else
      await trx
        .updateTable('membership')
        .set({ role })
        .where('domain', '=', domain)
        .where('userId', '=', userId)
        .execute()
    if (role === null || !leads({ role })) await deleteInvitationsOf(trx, domain, userId)
    if (role !== member.role) await recordChange(trx, domain, actor, member, role)
    return 'DONE'
  })
}

async function recordChange(
  trx: Transaction<Tables>,
  domain: string,
  actor: Actor,
  { userId, role: earlierRole }: { userId: string; role: Role },
  role: Role | null,
): Promise<void> {
  const { name } = await trx
    .selectFrom('user')
    .select('name')
    .where('id', '=', userId)
    .executeTakeFirstOrThrow()
  const subject = { id: userId, name }
  await insertPeopleEvent(
    trx,
    domain,
    actor,
    role === null
      ? { action: 'REMOVED', role: earlierRole, subject }
      : { action: 'ROLE_CHANGED', role, earlierRole, subject },
  )
}

function lockMembers(trx: Transaction<Tables>, domain: string): Promise<{ userId: string; role: Role }[]> {
  return trx
    .selectFrom('membership')
    .select(['userId', 'role'])
    .where('domain', '=', domain)
    .orderBy('userId')
    .forUpdate()
    .execute()
}

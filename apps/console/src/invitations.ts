import { createHash, randomBytes, randomUUID } from 'node:crypto'
import type { Kysely, Transaction } from 'kysely'
import { ApiRefusal } from './http.ts'
import { insertPeopleEvent, type Actor } from './people-events.ts'
import { platform, type Role, type Tables } from './tables.ts'

/** A link is good for a week. */
const lifetimeMs = 7 * 86_400_000

/** An invitation that nobody has accepted yet, as its domain's members see it. */
export interface PendingInvitation {
  id: string
  role: Role
  email: string | null
  invitedBy: string | null
  createdAt: Date
  expiresAt: Date
}

/** What the holder of a link is told before accepting it. */
export interface OpenedInvitation {
  domain: string
  role: Role
  email: string | null
}

/** Makes an invitation, records who made it, and gives the secret of its link, which is stored nowhere. */
export function inviteMember(
  db: Kysely<Tables>,
  { domain, role, email, actor }: { domain: string; role: Role; email: string | null; actor: Actor },
): Promise<{ id: string; secret: string }> {
  return db.transaction().execute(async (trx) => {
    const subject = { id: null, name: email }
    await insertPeopleEvent(trx, domain, actor, { action: 'INVITED', role, subject })
    return insertInvitation(trx, { domain, role, email, invitedBy: actor.id })
  })
}

/** Makes an invitation that nobody made: the one of a first start, with which a domain's people begin. */
export async function insertInvitation(
  db: Kysely<Tables>,
  {
    domain,
    role,
    email,
    invitedBy,
  }: { domain: string; role: Role; email: string | null; invitedBy: string | null },
): Promise<{ id: string; secret: string }> {
  const [id, secret] = [randomUUID(), randomBytes(32).toString('base64url')]
  await db
    .insertInto('invitation')
    .values({
      ...{ id, domain, role, email, invitedBy },
      secretHash: hashSecret(secret),
      expiresAt: new Date(Date.now() + lifetimeMs),
      acceptedBy: null,
      acceptedAt: null,
    })
    .execute()
  return { id, secret }
}

/** Lists the invitations of a domain that are still open, newest first. */
export function listInvitations(db: Kysely<Tables>, domain: string): Promise<PendingInvitation[]> {
  return db
    .selectFrom('invitation')
    .leftJoin('user', 'user.id', 'invitation.invitedBy')
    .select(['invitation.id', 'invitation.role', 'invitation.email', 'user.name as invitedBy'])
    .select(['invitation.createdAt', 'invitation.expiresAt'])
    .where('invitation.domain', '=', domain)
    .where('invitation.acceptedAt', 'is', null)
    .where('invitation.expiresAt', '>', new Date())
    .orderBy('invitation.createdAt', 'desc')
    .execute()
}

/** Takes an invitation back and records it; says whether there was one to take back. */
export function takeInvitationBack(
  db: Kysely<Tables>,
  domain: string,
  id: string,
  actor: Actor,
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const row = await trx
      .deleteFrom('invitation')
      .where('domain', '=', domain)
      .where('id', '=', id)
      .where('acceptedAt', 'is', null)
      .returning(['role', 'email'])
      .executeTakeFirst()
    if (!row) return false
    const subject = { id: null, name: row.email }
    await insertPeopleEvent(trx, domain, actor, { action: 'INVITATION_TAKEN_BACK', role: row.role, subject })
    return true
  })
}

/** Takes back all that a person invited others with and nobody has accepted: whoever must go leaves no way back in. */
export async function deleteInvitationsOf(
  trx: Transaction<Tables>,
  domain: string,
  userId: string,
): Promise<void> {
  await trx
    .deleteFrom('invitation')
    .where('domain', '=', domain)
    .where('invitedBy', '=', userId)
    .where('acceptedAt', 'is', null)
    .execute()
}

/**
 * The invitation of a link, or null when there is none, or it was accepted, taken back or has expired. Those of operators are
 * good at the operators' listener alone, and the others at the other one.
 */
export async function findInvitation(
  db: Kysely<Tables>,
  secret: string,
  side: 'domain' | 'operator',
): Promise<OpenedInvitation | null> {
  const row = await selectOpen(db, secret)
    .select(['domain', 'role', 'email'])
    .where('domain', side === 'operator' ? '=' : '<>', platform)
    .executeTakeFirst()
  return row ?? null
}

/**
 * Accepts an invitation once, in the caller's transaction: `getUser` gives who accepts it, and runs while the invitation is
 * locked. Gives null when it can't be accepted (any more). Throws `ApiRefusal` for whoever is a member already: a link never
 * changes a role.
 */
export async function acceptInvitation(
  trx: Transaction<Tables>,
  secret: string,
  getUser: (invitation: OpenedInvitation) => Promise<{ id: string; name: string }>,
): Promise<OpenedInvitation | null> {
  const row = await selectOpen(trx, secret)
    .select(['id', 'domain', 'role', 'email'])
    .forUpdate()
    .executeTakeFirst()
  if (!row) return null
  const { domain, role } = row
  const user = await getUser(row)
  const { numInsertedOrUpdatedRows: joined } = await trx
    .insertInto('membership')
    .values({ userId: user.id, domain, role })
    .onConflict((conflict) => conflict.columns(['domain', 'userId']).doNothing())
    .executeTakeFirst()
  if (joined === 0n) throw new ApiRefusal(409, 'ALREADY_A_MEMBER', 'You are a member of this domain already.')
  await trx
    .updateTable('invitation')
    .set({ acceptedBy: user.id, acceptedAt: new Date() })
    .where('id', '=', row.id)
    .execute()
  await insertPeopleEvent(trx, domain, { ...user, role }, { action: 'JOINED', role, subject: user })
  return row
}

function selectOpen(db: Kysely<Tables>, secret: string) {
  return db
    .selectFrom('invitation')
    .where('secretHash', '=', hashSecret(secret))
    .where('acceptedAt', 'is', null)
    .where('expiresAt', '>', new Date())
}

function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

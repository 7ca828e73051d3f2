import { createHash, randomBytes, randomUUID } from 'node:crypto'
import type { Kysely, Transaction } from 'kysely'
import type { Role, Tables } from './tables.ts'

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

/** Makes an invitation and gives the secret of its link, which is stored nowhere. */
export async function createInvitation(
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

/** Takes an invitation back; says whether there was one to take back. */
export async function deleteInvitation(db: Kysely<Tables>, domain: string, id: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('invitation')
    .where('domain', '=', domain)
    .where('id', '=', id)
    .where('acceptedAt', 'is', null)
    .executeTakeFirst()
  return numDeletedRows > 0n
}

/** The invitation of a link, or null when there is none, or it was accepted, taken back or has expired. */
export async function findInvitation(db: Kysely<Tables>, secret: string): Promise<OpenedInvitation | null> {
  const row = await selectOpen(db, secret).select(['domain', 'role', 'email']).executeTakeFirst()
  return row ?? null
}

/**
 * Accepts an invitation once, in the caller's transaction: `getUserId` gives who accepts it, and runs while the invitation is
 * locked. Gives null when it can't be accepted (any more).
 */
export async function acceptInvitation(
  trx: Transaction<Tables>,
  secret: string,
  getUserId: (invitation: OpenedInvitation) => Promise<string>,
): Promise<OpenedInvitation | null> {
  const row = await selectOpen(trx, secret)
    .select(['id', 'domain', 'role', 'email'])
    .forUpdate()
    .executeTakeFirst()
  if (!row) return null
  const userId = await getUserId(row)
  await trx
    .insertInto('membership')
    .values({ userId, domain: row.domain, role: row.role })
    .onConflict((conflict) => conflict.columns(['domain', 'userId']).doUpdateSet({ role: row.role }))
    .execute()
  await trx
    .updateTable('invitation')
    .set({ acceptedBy: userId, acceptedAt: new Date() })
    .where('id', '=', row.id)
    .execute()
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

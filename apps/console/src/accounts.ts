import { randomUUID } from 'node:crypto'
import type { Kysely, Transaction } from 'kysely'
import { hashPassword } from './auth.ts'
import { ApiRefusal } from './http.ts'
import { acceptInvitation, findInvitation, type OpenedInvitation } from './invitations.ts'
import type { SignedInUser } from './sessions.ts'
import type { Tables } from './tables.ts'

/** What somebody without an account gives to get one. */
export interface NewAccount {
  name: string
  email: string
  password: string
}

/**
 * Accepts the invitation of a link, once, for whoever is signed in or else for a new account. Throws `ApiRefusal`: for a link
 * that is no longer good, for another's e-mail address, for an address that has an account, for a member, and for what an
 * account cannot be made of.
 */
export async function accept(
  db: Kysely<Tables>,
  secret: string,
  {
    side,
    user,
    account,
  }: { side: 'domain' | 'operator'; user: SignedInUser | null; account: NewAccount | null },
): Promise<OpenedInvitation> {
  // Hashing is dear: it is not done for whoever guesses.
  if (!(await findInvitation(db, secret, side))) throw createGone()
  const checked = user ? null : checkAccount(account)
  const passwordHash = checked && (await hashPassword(checked.password))
  const accepted = await db.transaction().execute((trx) =>
    acceptInvitation(trx, secret, async ({ email }) => {
      const address = user?.email ?? checked?.email
      if (email !== null && email.toLowerCase() !== address)
        throw new ApiRefusal(403, 'INVITATION_FOR_ANOTHER', `This invitation is for ${email}.`)
      if (user) return { id: user.id, name: user.name }
      if (!checked || !passwordHash) throw new Error('an account was checked')
      return insertAccount(trx, checked, passwordHash)
    }),
  )
  if (!accepted) throw createGone()
  return accepted
}

export function createGone(): ApiRefusal {
  return new ApiRefusal(
    410,
    'INVITATION_GONE',
    'This invitation was used or taken back, or is older than a week.',
  )
}

/**
 * Makes an account in the caller's transaction, as better-auth stores one. On a connection of its own better-auth could wait for
 * one for ever, where all are held by others that wait for the same invitation.
 */
async function insertAccount(
  trx: Transaction<Tables>,
  { name, email }: NewAccount,
  password: string,
): Promise<{ id: string; name: string }> {
  // Its tables are called in camel case, which the plugin would take for ours.
  const auth = trx.withoutPlugins()
  const [id, at] = [randomUUID(), new Date()]
  const user = await auth
    .insertInto('user')
    .values({ id, name, email, emailVerified: false, createdAt: at, updatedAt: at })
    .onConflict((conflict) => conflict.column('email').doNothing())
    .returning('id')
    .executeTakeFirst()
  if (!user)
    throw new ApiRefusal(
      409,
      'ACCOUNT_EXISTS',
      'There is an account of this e-mail address: sign in, then open the link again.',
    )
  const accountId = randomUUID()
  await auth
    .insertInto('account')
    .values({
      ...{ id: accountId, accountId: id, providerId: 'credential', userId: id, password },
      ...{ createdAt: at, updatedAt: at },
    })
    .execute()
  return { id, name }
}

function checkAccount(account: NewAccount | null): NewAccount {
  const name = readName(account?.name)
  const email = readEmail(account?.email)
  const password = account?.password ?? ''
  if (password.length < 12 || password.length > 200)
    throw new ApiRefusal(400, 'PASSWORD_LENGTH', 'A password has 12 to 200 characters.')
  return { name, email, password }
}

/** Reads the name of a person: one line, which others will see. Throws `ApiRefusal`. */
export function readName(value: unknown): string {
  const name = typeof value === 'string' ? value.trim() : ''
  if (name === '' || name.length > 200 || /\p{C}/u.test(name))
    throw new ApiRefusal(400, 'NAME_INVALID', 'A name has 1 to 200 characters, on one line.')
  return name
}

/** What better-auth takes for an e-mail address when somebody signs in: an account with any other could not be used. */
const emailPattern =
  /^(?!\.)(?!.*\.\.)([A-Za-z0-9_'+\-.]*)[A-Za-z0-9_+-]@([A-Za-z0-9][A-Za-z0-9-]*\.)+[A-Za-z]{2,}$/

/** Reads an e-mail address, in lower case. Throws `ApiRefusal`. */
export function readEmail(value: unknown): string {
  const email = typeof value === 'string' ? value.trim().toLowerCase() : ''
  if (!emailPattern.test(email) || email.length > 254)
    throw new ApiRefusal(400, 'EMAIL_INVALID', 'That is no e-mail address.')
  return email
}

import type { Kysely } from 'kysely'
import { hashPassword, type Auth } from './auth.ts'
import { ApiRefusal } from './http.ts'
import { acceptInvitation, type OpenedInvitation } from './invitations.ts'
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
 * that is no longer good, for another's e-mail address, for an address that has an account, and for what an account cannot be
 * made of.
 */
export async function accept(
  { auth, db }: { auth: Auth; db: Kysely<Tables> },
  secret: string,
  { user, account }: { user: SignedInUser | null; account: NewAccount | null },
): Promise<OpenedInvitation> {
  const checked = user ? null : checkAccount(account)
  const passwordHash = checked && (await hashPassword(checked.password))
  const accepted = await db.transaction().execute((trx) =>
    acceptInvitation(trx, secret, async ({ email }) => {
      const address = user?.email ?? checked?.email
      if (email !== null && email.toLowerCase() !== address)
        throw new ApiRefusal(403, 'INVITATION_FOR_ANOTHER', `This invitation is for ${email}.`)
      if (user) return user.id
      if (!checked || !passwordHash) throw new Error('an account was checked')
      return createAccount(auth, checked, passwordHash)
    }),
  )
  if (!accepted)
    throw new ApiRefusal(
      410,
      'INVITATION_GONE',
      'This invitation was used or taken back, or is older than a week.',
    )
  return accepted
}

async function createAccount(auth: Auth, { name, email }: NewAccount, passwordHash: string): Promise<string> {
  const { internalAdapter } = await auth.$context
  if (await internalAdapter.findUserByEmail(email))
    throw new ApiRefusal(
      409,
      'ACCOUNT_EXISTS',
      'There is an account of this e-mail address: sign in, then open the link again.',
    )
  const made = await internalAdapter.createUser(
    { name, email, emailVerified: false },
    { method: 'email-password' },
  )
  await internalAdapter.linkAccount({
    userId: made.id,
    providerId: 'credential',
    accountId: made.id,
    password: passwordHash,
  })
  return made.id
}

function checkAccount(account: NewAccount | null): NewAccount {
  const name = account?.name.trim() ?? ''
  const email = account?.email.trim().toLowerCase() ?? ''
  const password = account?.password ?? ''
  if (name === '' || name.length > 200)
    throw new ApiRefusal(400, 'NAME_INVALID', 'A name has 1 to 200 characters.')
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email) || email.length > 254)
    throw new ApiRefusal(400, 'EMAIL_INVALID', 'That is no e-mail address.')
  if (password.length < 12 || password.length > 200)
    throw new ApiRefusal(400, 'PASSWORD_LENGTH', 'A password has 12 to 200 characters.')
  return { name, email, password }
}

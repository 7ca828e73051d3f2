import type { IncomingMessage } from 'node:http'
import { fromNodeHeaders } from 'better-auth/node'
import type { Auth } from './auth.ts'
import { ApiRefusal } from './http.ts'

/** The person that a session is of. */
export interface SignedInUser {
  id: string
  name: string
  email: string
  twoFactorEnabled: boolean
}

/** Who is signed in, or null. */
export async function findUser(auth: Auth, request: IncomingMessage): Promise<SignedInUser | null> {
  const session = await auth.api.getSession({ headers: fromNodeHeaders(request.headers) })
  if (!session) return null
  const { id, name, email, twoFactorEnabled } = session.user
  return { id, name, email, twoFactorEnabled: twoFactorEnabled ?? false }
}

/** Who is signed in. Throws `ApiRefusal` when nobody is. */
export async function getUser(auth: Auth, request: IncomingMessage): Promise<SignedInUser> {
  const user = await findUser(auth, request)
  if (!user) throw new ApiRefusal(401, 'NOT_SIGNED_IN', 'Sign in first.')
  return user
}

/**
 * Refuses what another site made the browser send: anything but reading must say that it comes from `origin`, and reading
 * must not say that it comes from elsewhere.
 */
export function checkOrigin(request: IncomingMessage, origin: string): void {
  const { origin: from, 'sec-fetch-site': site } = request.headers
  const reads = request.method === 'GET' || request.method === 'HEAD'
  const isOurs =
    from === undefined ? site === undefined || site === 'same-origin' || site === 'none' : from === origin
  const isSaid = from !== undefined || site === 'same-origin'
  if (!isOurs || (!reads && !isSaid))
    throw new ApiRefusal(403, 'CROSS_ORIGIN', 'Only the console’s own pages may ask this.')
}

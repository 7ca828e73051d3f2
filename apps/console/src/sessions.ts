import type { IncomingMessage, ServerResponse } from 'node:http'
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

/**
 * The session of a request, or null: looked up each time, so that what was ended is over. With `response` the cookie goes on
 * living as the session does.
 */
export async function findSession(
  auth: Auth,
  request: IncomingMessage,
  response?: ServerResponse,
): Promise<{ user: SignedInUser; sessionId: string } | null> {
  const { headers, response: found } = await auth.api.getSession({
    headers: fromNodeHeaders(request.headers),
    returnHeaders: true,
  })
  const cookies = headers.getSetCookie()
  if (response && cookies.length > 0) response.setHeader('set-cookie', cookies)
  if (!found) return null
  const { id, name, email, twoFactorEnabled } = found.user
  return {
    user: { id, name, email, twoFactorEnabled: twoFactorEnabled ?? false },
    sessionId: found.session.id,
  }
}

/** The session of a request. Throws `ApiRefusal` when nobody is signed in. */
export async function getSession(
  auth: Auth,
  request: IncomingMessage,
): Promise<{ user: SignedInUser; sessionId: string }> {
  const session = await findSession(auth, request)
  if (!session) throw new ApiRefusal(401, 'NOT_SIGNED_IN', 'Sign in first.')
  return session
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

import type { ApiOptions, Call } from './access.ts'
import { readName } from './accounts.ts'
import { ApiRefusal, readJson, sendJson } from './http.ts'
import { findRole, listMemberships } from './members.ts'
import { endSessions, listSessions } from './session-list.ts'
import { findSession, getSession } from './sessions.ts'
import { platform } from './tables.ts'

/** Who is signed in and where they may look. Pages ask it first, so the cookie is renewed here. */
export async function describeMe({ auth, db, side }: ApiOptions, { request, response }: Call): Promise<void> {
  const session = await findSession(auth, request, response)
  if (!session) return sendJson(response, 200, { side, user: null, memberships: [], operator: false })
  const { user } = session
  const memberships = side === 'domain' ? await listMemberships(db, user.id) : []
  const operator = side === 'operator' && (await findRole(db, user.id, platform)) === 'operator'
  sendJson(response, 200, { side, user, memberships, operator })
}

export async function changeName({ auth }: ApiOptions, { request, response }: Call): Promise<void> {
  const { user } = await getSession(auth, request)
  const name = readName((await readJson(request)).name)
  const { internalAdapter } = await auth.$context
  await internalAdapter.updateUser(user.id, { name })
  sendJson(response, 200, { name })
}

export async function showSessions({ auth, db }: ApiOptions, { request, response }: Call): Promise<void> {
  const { user, sessionId } = await getSession(auth, request)
  sendJson(response, 200, { sessions: await listSessions(db, { userId: user.id, currentId: sessionId }) })
}

export async function endSession(
  { auth, db }: ApiOptions,
  { request, response }: Call,
  [id = '']: string[],
): Promise<void> {
  const { user } = await getSession(auth, request)
  if ((await endSessions(db, user.id, { id })) === 0)
    throw new ApiRefusal(404, 'NOT_FOUND', 'That session has ended already.')
  sendJson(response, 200, {})
}

export async function endOtherSessions({ auth, db }: ApiOptions, { request, response }: Call): Promise<void> {
  const { user, sessionId } = await getSession(auth, request)
  sendJson(response, 200, { ended: await endSessions(db, user.id, { except: sessionId }) })
}

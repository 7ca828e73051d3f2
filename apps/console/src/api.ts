import type { ApiOptions, Call, Side } from './access.ts'
import { askEnterprise, askOperator, describeDomain, askSettings, streamExport } from './graph-endpoints.ts'
import { ApiRefusal, sendJson } from './http.ts'
import {
  endMembership,
  invite,
  openInvitation,
  setRole,
  showMembers,
  takeBack,
  takeInvitation,
} from './member-endpoints.ts'
import { findRole, listMemberships } from './members.ts'
import { findUser } from './sessions.ts'
import { platform } from './tables.ts'

type Handler = (options: ApiOptions, call: Call, parameters: string[]) => Promise<void>

/** Every endpoint of the console's own, below `/api`; `/api/auth` is better-auth's. */
const endpoints: { method: string; path: RegExp; sides: Side[]; handle: Handler }[] = [
  { method: 'GET', path: /^\/me$/, sides: ['domain', 'operator'], handle: describeMe },
  { method: 'POST', path: /^\/invitations\/open$/, sides: ['domain', 'operator'], handle: openInvitation },
  { method: 'POST', path: /^\/invitations\/accept$/, sides: ['domain', 'operator'], handle: takeInvitation },
  { method: 'GET', path: /^\/domains\/([^/]+)$/, sides: ['domain'], handle: describeDomain },
  { method: 'POST', path: /^\/domains\/([^/]+)\/settings$/, sides: ['domain'], handle: askSettings },
  { method: 'POST', path: /^\/domains\/([^/]+)\/enterprise$/, sides: ['domain'], handle: askEnterprise },
  { method: 'GET', path: /^\/domains\/([^/]+)\/export\/([a-z-]+)$/, sides: ['domain'], handle: streamExport },
  { method: 'POST', path: /^\/operator$/, sides: ['operator'], handle: askOperator },
  {
    method: 'GET',
    path: /^\/domains\/([^/]+)\/members$/,
    sides: ['domain', 'operator'],
    handle: showMembers,
  },
  {
    method: 'PATCH',
    path: /^\/domains\/([^/]+)\/members\/([^/]+)$/,
    sides: ['domain', 'operator'],
    handle: setRole,
  },
  {
    method: 'DELETE',
    path: /^\/domains\/([^/]+)\/members\/([^/]+)$/,
    sides: ['domain', 'operator'],
    handle: endMembership,
  },
  {
    method: 'POST',
    path: /^\/domains\/([^/]+)\/invitations$/,
    sides: ['domain', 'operator'],
    handle: invite,
  },
  {
    method: 'DELETE',
    path: /^\/domains\/([^/]+)\/invitations\/([^/]+)$/,
    sides: ['domain', 'operator'],
    handle: takeBack,
  },
]

/** Answers one request of `/api`. Throws `ApiRefusal`. */
export async function answerApi(options: ApiOptions, call: Call & { path: string }): Promise<void> {
  const path = call.path.slice('/api'.length)
  const there = endpoints.filter((each) => each.sides.includes(options.side) && each.path.test(path))
  const endpoint = there.find((each) => each.method === call.request.method)
  if (there.length > 0 && !endpoint) throw new ApiRefusal(405, 'METHOD_NOT_ALLOWED', 'That is not done here.')
  const matched = endpoint?.path.exec(path)
  if (!endpoint || !matched) throw new ApiRefusal(404, 'NOT_FOUND', 'There is nothing here.')
  await endpoint.handle(options, call, matched.slice(1).map(decode))
}

async function describeMe({ auth, db, side }: ApiOptions, { request, response }: Call): Promise<void> {
  const user = await findUser(auth, request)
  if (!user) return sendJson(response, 200, { side, user: null, memberships: [], operator: false })
  const memberships = side === 'domain' ? await listMemberships(db, user.id) : []
  const operator = (await findRole(db, user.id, platform)) === 'operator'
  sendJson(response, 200, { side, user, memberships, operator: side === 'operator' && operator })
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw new ApiRefusal(400, 'BAD_PATH', 'The path is not encoded as it must be.')
  }
}

import type { ApiOptions, Call, Side } from './access.ts'
import { changeName, describeMe, endOtherSessions, endSession, showSessions } from './account-endpoints.ts'
import { askEnterprise, askOperator, askSettings, describeDomain, streamExport } from './graph-endpoints.ts'
import { ApiRefusal } from './http.ts'
import { invite, openInvitation, takeBack, takeInvitation } from './invitation-endpoints.ts'
import { endMembership, setRole, showMembers, showPeopleEvents } from './member-endpoints.ts'

type Handler = (options: ApiOptions, call: Call, parameters: string[]) => Promise<void>

const both: Side[] = ['domain', 'operator']

/** Every endpoint of the console's own, below `/api`; `/api/auth` is better-auth's. */
const endpoints: { method: string; path: RegExp; sides: Side[]; handle: Handler }[] = [
  on('GET', /^\/me$/, both, describeMe),
  on('PATCH', /^\/me$/, both, changeName),
  on('GET', /^\/sessions$/, both, showSessions),
  on('DELETE', /^\/sessions$/, both, endOtherSessions),
  on('DELETE', /^\/sessions\/([^/]+)$/, both, endSession),
  on('POST', /^\/invitations\/open$/, both, openInvitation),
  on('POST', /^\/invitations\/accept$/, both, takeInvitation),
  on('GET', /^\/domains\/([^/]+)\/members$/, both, showMembers),
  on('PATCH', /^\/domains\/([^/]+)\/members\/([^/]+)$/, both, setRole),
  on('DELETE', /^\/domains\/([^/]+)\/members\/([^/]+)$/, both, endMembership),
  on('POST', /^\/domains\/([^/]+)\/invitations$/, both, invite),
  on('DELETE', /^\/domains\/([^/]+)\/invitations\/([^/]+)$/, both, takeBack),
  on('GET', /^\/domains\/([^/]+)\/people-events$/, both, showPeopleEvents),
  on('GET', /^\/domains\/([^/]+)$/, ['domain'], describeDomain),
  on('POST', /^\/domains\/([^/]+)\/settings$/, ['domain'], askSettings),
  on('POST', /^\/domains\/([^/]+)\/enterprise$/, ['domain'], askEnterprise),
  on('GET', /^\/domains\/([^/]+)\/export\/([a-z-]+)$/, ['domain'], streamExport),
  on('POST', /^\/operator$/, ['operator'], askOperator),
]

function on(method: string, path: RegExp, sides: Side[], handle: Handler) {
  return { method, path, sides, handle }
}

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

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw new ApiRefusal(400, 'BAD_PATH', 'The path is not encoded as it must be.')
  }
}

import type { ServerResponse } from 'node:http'
import { getLead, getMember, getOperator, type ApiOptions, type Call } from './access.ts'
import { ApiRefusal, readJson, sendJson } from './http.ts'
import { listInvitations } from './invitations.ts'
import { changeRole, listMembers } from './members.ts'
import { listPeopleEvents } from './people-events.ts'
import { platform, type Role } from './tables.ts'

/** Who may look at a domain: any member, and operators everywhere. */
async function checkReader(options: ApiOptions, { request }: Call, domain: string): Promise<void> {
  if (options.side === 'operator') await getOperator(options, request)
  else await getMember(options, request, domain)
}

export async function showMembers(options: ApiOptions, call: Call, [domain = '']: string[]): Promise<void> {
  await checkReader(options, call, domain)
  const [members, invitations] = await Promise.all([
    listMembers(options.db, domain),
    listInvitations(options.db, domain),
  ])
  sendJson(call.response, 200, { members, invitations, mail: options.mail !== null })
}

export async function showPeopleEvents(
  options: ApiOptions,
  call: Call,
  [domain = '']: string[],
): Promise<void> {
  await checkReader(options, call, domain)
  const before = new URLSearchParams(call.search).get('before')
  if (before !== null && !/^\d{1,18}$/.test(before))
    throw new ApiRefusal(400, 'CURSOR_INVALID', 'That is no place in the list.')
  sendJson(call.response, 200, await listPeopleEvents(options.db, domain, before))
}

export async function setRole(
  options: ApiOptions,
  { request, response }: Call,
  [domain = '', id = '']: string[],
): Promise<void> {
  const actor = await getLead(options, request, domain)
  const role = readRole((await readJson(request)).role, domain)
  answerChange(response, await changeRole(options.db, domain, id, role, actor))
}

export async function endMembership(
  options: ApiOptions,
  { request, response }: Call,
  [domain = '', id = '']: string[],
): Promise<void> {
  const actor = await getLead(options, request, domain)
  answerChange(response, await changeRole(options.db, domain, id, null, actor))
}

function answerChange(response: ServerResponse, outcome: Awaited<ReturnType<typeof changeRole>>): void {
  if (outcome === 'NOT_FOUND') throw new ApiRefusal(404, 'NOT_FOUND', 'That person is no member.')
  if (outcome === 'LAST_ONE')
    throw new ApiRefusal(
      409,
      'LAST_ONE',
      'Nobody would be left who can manage this: give somebody else the role first.',
    )
  sendJson(response, 200, {})
}

/** Reads a role that there is in a domain. Throws `ApiRefusal`. */
export function readRole(role: unknown, domain: string): Role {
  const possible: Role[] = domain === platform ? ['operator'] : ['support', 'auditor']
  const found = possible.find((each) => each === role)
  if (!found) throw new ApiRefusal(400, 'ROLE_INVALID', `A role is ${possible.join(' or ')}.`)
  return found
}

import type { ServerResponse } from 'node:http'
import { accept } from './accounts.ts'
import { getLead, getMember, getOperator, type ApiOptions, type Call } from './access.ts'
import { ApiRefusal, readJson, sendJson } from './http.ts'
import { createInvitation, deleteInvitation, findInvitation, listInvitations } from './invitations.ts'
import { changeRole, listMembers } from './members.ts'
import { findUser } from './sessions.ts'
import { platform, type Role } from './tables.ts'

export async function showMembers(
  options: ApiOptions,
  { request, response }: Call,
  [domain = '']: string[],
): Promise<void> {
  if (options.side === 'operator') await getOperator(options, request)
  else await getMember(options, request, domain)
  const [members, invitations] = await Promise.all([
    listMembers(options.db, domain),
    listInvitations(options.db, domain),
  ])
  sendJson(response, 200, { members, invitations })
}

export async function setRole(
  options: ApiOptions,
  { request, response }: Call,
  [domain = '', id = '']: string[],
): Promise<void> {
  await getLead(options, request, domain)
  const role = readRole((await readJson(request)).role, domain)
  answerChange(response, await changeRole(options.db, domain, id, role))
}

export async function endMembership(
  options: ApiOptions,
  { request, response }: Call,
  [domain = '', id = '']: string[],
): Promise<void> {
  await getLead(options, request, domain)
  answerChange(response, await changeRole(options.db, domain, id, null))
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

export async function invite(
  options: ApiOptions,
  { request, response }: Call,
  [domain = '']: string[],
): Promise<void> {
  const user = await getLead(options, request, domain)
  const { role, email } = await readJson(request)
  const address =
    email === undefined || email === null || email === '' ? null : readText(email, 'email').toLowerCase()
  const { id, secret } = await createInvitation(options.db, {
    ...{ domain, role: readRole(role, domain), email: address, invitedBy: user.id },
  })
  sendJson(response, 201, { id, link: linkOf(domain === platform ? options.url : options.domainUrl, secret) })
}

/** The link of an invitation. Its secret stands behind `#`, which browsers send to nobody. */
export function linkOf(url: string, secret: string): string {
  return `${url}/invitation#${secret}`
}

export async function takeBack(
  options: ApiOptions,
  { request, response }: Call,
  [domain = '', id = '']: string[],
): Promise<void> {
  await getLead(options, request, domain)
  if (!(await deleteInvitation(options.db, domain, id)))
    throw new ApiRefusal(404, 'NOT_FOUND', 'There is no such invitation.')
  sendJson(response, 200, {})
}

export async function openInvitation({ db, side }: ApiOptions, { request, response }: Call): Promise<void> {
  const { secret } = await readJson(request)
  const found = await findInvitation(db, readText(secret, 'secret'))
  if (!found || (side === 'operator') !== (found.domain === platform))
    throw new ApiRefusal(
      410,
      'INVITATION_GONE',
      'This invitation was used or taken back, or is older than a week.',
    )
  sendJson(response, 200, found)
}

export async function takeInvitation({ auth, db }: ApiOptions, { request, response }: Call): Promise<void> {
  const { secret, name, email, password } = await readJson(request)
  const user = await findUser(auth, request)
  const account = user
    ? null
    : {
        name: readText(name, 'name'),
        email: readText(email, 'email'),
        password: readText(password, 'password'),
      }
  const accepted = await accept({ auth, db }, readText(secret, 'secret'), { user, account })
  sendJson(response, 200, { domain: accepted.domain, role: accepted.role })
}

function readRole(role: unknown, domain: string): Role {
  const possible: Role[] = domain === platform ? ['operator'] : ['support', 'auditor']
  const found = possible.find((each) => each === role)
  if (!found) throw new ApiRefusal(400, 'ROLE_INVALID', `A role is ${possible.join(' or ')}.`)
  return found
}

function readText(value: unknown, name: string): string {
  if (typeof value !== 'string' || value === '') throw new ApiRefusal(400, 'MISSING', `${name} is missing.`)
  return value
}

import { accept, createGone, readEmail } from './accounts.ts'
import { getLead, type ApiOptions, type Call } from './access.ts'
import { addressHeader } from './auth.ts'
import { ApiRefusal, readJson, sendJson } from './http.ts'
import { findInvitation, inviteMember, takeInvitationBack } from './invitations.ts'
import { readRole } from './member-endpoints.ts'
import { findSession } from './sessions.ts'
import { platform } from './tables.ts'

/** Makes an invitation and shows its link, this once. `mailed` says whether it was sent, too; null where it was not asked for. */
export async function invite(
  options: ApiOptions,
  { request, response }: Call,
  [domain = '']: string[],
): Promise<void> {
  const actor = await getLead(options, request, domain)
  const given = await readJson(request)
  const role = readRole(given.role, domain)
  const email = (given.email ?? '') === '' ? null : readEmail(given.email)
  if (domain !== platform) await options.hosts.find(domain)
  const { id, secret } = await inviteMember(options.db, { domain, role, email, actor })
  const link = linkOf(domain === platform ? options.url : options.domainUrl, secret)
  const mailed =
    email === null ? null : await mailLink(options, { to: email, inviter: actor.name, domain, link })
  sendJson(response, 201, { id, link, mailed })
}

/** What the mail server does not take is no failure: the inviter has the link. */
async function mailLink(
  { mail, logger }: ApiOptions,
  { domain, ...invitation }: { to: string; inviter: string; domain: string; link: string },
): Promise<boolean | null> {
  if (!mail) return null
  try {
    await mail.sendInvitation({ ...invitation, place: domain === platform ? 'Commonchart' : domain })
    return true
  } catch (error) {
    const { code, responseCode } = error as { code?: string; responseCode?: number }
    logger.warn({ code, responseCode }, 'an invitation was not mailed')
    return false
  }
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
  const actor = await getLead(options, request, domain)
  if (!(await takeInvitationBack(options.db, domain, id, actor)))
    throw new ApiRefusal(404, 'NOT_FOUND', 'There is no such invitation.')
  sendJson(response, 200, {})
}

export async function openInvitation(options: ApiOptions, { request, response }: Call): Promise<void> {
  const { secret } = await readJson(request)
  const found = await guess(options, request.headers, async () => {
    const invitation = await findInvitation(options.db, readText(secret, 'secret'), options.side)
    if (!invitation) throw createGone()
    return invitation
  })
  sendJson(response, 200, found)
}

export async function takeInvitation(options: ApiOptions, { request, response }: Call): Promise<void> {
  const { auth, db, side } = options
  const { secret, name, email, password } = await readJson(request)
  const session = await findSession(auth, request)
  const user = session?.user ?? null
  const account = user
    ? null
    : {
        name: readText(name, 'name'),
        email: readText(email, 'email'),
        password: readText(password, 'password'),
      }
  const { domain, role } = await guess(options, request.headers, () =>
    accept(db, readText(secret, 'secret'), { side, user, account }),
  )
  sendJson(response, 200, { domain, role })
}

/** Does what needs a link's secret; whoever comes with wrong ones is soon told to wait. */
async function guess<Result>(
  { guesses }: ApiOptions,
  headers: Record<string, unknown>,
  work: () => Promise<Result>,
): Promise<Result> {
  const address = String(headers[addressHeader])
  await guesses.count(address)
  try {
    const result = await work()
    await guesses.forgive(address)
    return result
  } catch (error) {
    if (error instanceof ApiRefusal && error.code !== 'INVITATION_GONE') await guesses.forgive(address)
    throw error
  }
}

function readText(value: unknown, name: string): string {
  if (typeof value !== 'string' || value === '') throw new ApiRefusal(400, 'MISSING', `${name} is missing.`)
  return value
}

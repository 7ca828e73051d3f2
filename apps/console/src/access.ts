import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Kysely } from 'kysely'
import type { Logger } from 'pino'
import type { Auth } from './auth.ts'
import type { DomainHosts } from './domain-hosts.ts'
import type { Graph } from './graph.ts'
import { ApiRefusal } from './http.ts'
import { findRole } from './members.ts'
import type { Guesses } from './guesses.ts'
import type { Mail } from './mail.ts'
import type { Actor } from './people-events.ts'
import { getSession, type SignedInUser } from './sessions.ts'
import { platform, type Tables } from './tables.ts'

/** Which of the two listeners is asked: that of the people of domains, or that of operators. */
export type Side = 'domain' | 'operator'

export interface ApiOptions {
  side: Side
  /** Where the pages of this listener are reached, without a path. */
  url: string
  /** Where people of domains reach the console: links for them lead there. */
  domainUrl: string
  auth: Auth
  db: Kysely<Tables>
  graph: Graph
  hosts: DomainHosts
  guesses: Guesses
  /** Null where no mail server is configured. */
  mail: Mail | null
  logger: Logger
}

export interface Call {
  request: IncomingMessage
  response: ServerResponse
  search: string
}

/** A member of a domain; for anybody else there is no such domain. */
export async function getMember(
  { auth, db }: ApiOptions,
  request: IncomingMessage,
  domain: string,
): Promise<{ user: SignedInUser; role: 'support' | 'auditor' }> {
  const { user } = await getSession(auth, request)
  const role = await findRole(db, user.id, domain)
  if (role !== 'support' && role !== 'auditor')
    throw new ApiRefusal(403, 'NOT_A_MEMBER', 'You are no member of this domain.')
  return { user, role }
}

export async function getOperator({ auth, db }: ApiOptions, request: IncomingMessage): Promise<SignedInUser> {
  const { user } = await getSession(auth, request)
  if ((await findRole(db, user.id, platform)) !== 'operator')
    throw new ApiRefusal(403, 'NOT_AN_OPERATOR', 'You are no operator of this platform.')
  return user
}

/** Who may say who is a member: the support account in its domain, operators everywhere. */
export async function getLead(options: ApiOptions, request: IncomingMessage, domain: string): Promise<Actor> {
  if (options.side === 'operator') {
    const { id, name } = await getOperator(options, request)
    return { id, name, role: 'operator' }
  }
  const { user, role } = await getMember(options, request, domain)
  if (role !== 'support') throw new ApiRefusal(403, 'READ_ONLY', 'An auditor may look, and change nothing.')
  return { id: user.id, name: user.name, role }
}

import { writeFileSync } from 'node:fs'
import type { Kysely } from 'kysely'
import { linkOf } from './invitation-endpoints.ts'
import { insertInvitation } from './invitations.ts'
import { platform, type Role, type Tables } from './tables.ts'

/** A link that makes the first member of a domain, or the first operator. */
export interface FirstLink {
  domain: string
  role: Role
  link: string
}

/**
 * Writes one-time links for the domains that have no member yet, and for the platform when it has no operator, to a file
 * that its owner alone can read. Links of earlier starts that nobody opened are replaced.
 */
export async function writeFirstLinks(
  db: Kysely<Tables>,
  { file, domains, url, operatorUrl }: { file: string; domains: string[]; url: string; operatorUrl: string },
): Promise<void> {
  const links: FirstLink[] = []
  for (const domain of [...domains, platform]) {
    const member = await db
      .selectFrom('membership')
      .select('userId')
      .where('domain', '=', domain)
      .executeTakeFirst()
    if (member) continue
    const role = domain === platform ? 'operator' : 'support'
    await db
      .deleteFrom('invitation')
      .where('domain', '=', domain)
      .where('invitedBy', 'is', null)
      .where('acceptedAt', 'is', null)
      .execute()
    const { secret } = await insertInvitation(db, { domain, role, email: null, invitedBy: null })
    links.push({ domain, role, link: linkOf(domain === platform ? operatorUrl : url, secret) })
  }
  writeFileSync(file, JSON.stringify(links, null, 2), { mode: 0o600 })
}

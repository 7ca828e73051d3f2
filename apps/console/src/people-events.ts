import type { Kysely, Transaction } from 'kysely'
import type { PeopleAction, Role, Tables } from './tables.ts'

/** Who does something, by the name and in the role of that moment. */
export interface Actor {
  id: string
  name: string
  role: Role
}

/** One line of what was done about who may look at a domain. */
export interface PeopleEvent {
  id: string
  at: Date
  action: PeopleAction
  actorName: string
  actorRole: Role
  subject: string | null
  role: Role
  earlierRole: Role | null
}

const pageSize = 20

/** Records what was done, in the transaction that does it: what cannot be recorded does not happen. */
export async function insertPeopleEvent(
  trx: Transaction<Tables>,
  domain: string,
  actor: Actor,
  event: {
    action: PeopleAction
    role: Role
    earlierRole?: Role
    subject: { id: string | null; name: string | null }
  },
): Promise<void> {
  await trx
    .insertInto('peopleEvent')
    .values({
      ...{ domain, action: event.action, role: event.role, earlierRole: event.earlierRole ?? null },
      ...{ actorId: actor.id, actorName: actor.name, actorRole: actor.role },
      ...{ subjectId: event.subject.id, subject: event.subject.name },
    })
    .execute()
}

/** Lists what was done, newest first, a page at a time; `next` is what the page after this one is asked with, null at the end. */
export async function listPeopleEvents(
  db: Kysely<Tables>,
  domain: string,
  before: string | null,
): Promise<{ events: PeopleEvent[]; next: string | null }> {
  const rows = await db
    .selectFrom('peopleEvent')
    .select(['id', 'at', 'action', 'actorName', 'actorRole', 'subject', 'role', 'earlierRole'])
    .where('domain', '=', domain)
    .$if(before !== null, (query) => query.where('id', '<', before ?? ''))
    .orderBy('id', 'desc')
    .limit(pageSize + 1)
    .execute()
  const events = rows.slice(0, pageSize)
  return { events, next: rows.length > pageSize ? (events.at(-1)?.id ?? null) : null }
}

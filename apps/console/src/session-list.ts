import type { Kysely } from 'kysely'
import type { Tables } from './tables.ts'

/** One place where a person is signed in. Its token is told to nobody. */
export interface OpenSession {
  id: string
  userAgent: string | null
  address: string | null
  signedInAt: Date
  /** To within ten minutes: a session is written when it is renewed. */
  lastSeenAt: Date
  current: boolean
}

/** Lists where a person is signed in, the most recent first. */
export async function listSessions(
  db: Kysely<Tables>,
  { userId, currentId }: { userId: string; currentId: string },
): Promise<OpenSession[]> {
  const rows = await db
    .withoutPlugins()
    .selectFrom('session')
    .select(['id', 'userAgent', 'ipAddress', 'createdAt', 'updatedAt'])
    .where('userId', '=', userId)
    .where('expiresAt', '>', new Date())
    .orderBy('updatedAt', 'desc')
    .execute()
  return rows.map(({ id, userAgent, ipAddress, createdAt, updatedAt }) => ({
    ...{ id, userAgent, address: ipAddress, signedInAt: createdAt, lastSeenAt: updatedAt },
    current: id === currentId,
  }))
}

/** Ends one session of a person, or with `except` all others; says how many that were. The next request of each is refused. */
export async function endSessions(
  db: Kysely<Tables>,
  userId: string,
  which: { id: string } | { except: string },
): Promise<number> {
  const all = db.withoutPlugins().deleteFrom('session').where('userId', '=', userId)
  const query = 'id' in which ? all.where('id', '=', which.id) : all.where('id', '<>', which.except)
  return Number((await query.executeTakeFirst()).numDeletedRows)
}

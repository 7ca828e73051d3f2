import { withDomain, type BaseTables } from '@commonchart/database'
import type { Identity } from '@commonchart/identity'
import type { Kysely, Transaction } from 'kysely'
import type { Logger } from 'pino'
import { answerDeletion, deletionPath } from './domain-deletion.ts'
import { receiveEvent, receiveEvents, type EventHandler, type IncomingEvent } from './events.ts'
import { runAgain } from './run-again.ts'
import type { Services } from './services.ts'

/** Answers one internal question of another service; what it returns goes back as JSON. */
export type InternalEndpoint<Tables> = (question: {
  db: Kysely<Tables>
  identity: Identity
  body: Record<string, unknown>
  services: Services
}) => Promise<unknown>

/**
 * Answers an internal question whose body is bytes of a form of its own; what it returns goes back as JSON. It is run again as
 * those are that take JSON.
 */
export type BytesEndpoint<Tables> = (question: {
  db: Kysely<Tables>
  identity: Identity
  body: Buffer
  services: Services
}) => Promise<unknown>

/** Reads what others may know of records of one type, by id; ids that do not exist are left out. */
export type ReferenceReader<Tables> = (
  trx: Transaction<Tables>,
  ids: string[],
  domainId: number,
) => Promise<object[]>

/**
 * The endpoints that every subgraph has for other services, and its own beside them. What Postgres ends to let another
 * transaction pass is run again: each may be asked the same several times anyway.
 */
export function createInternalEndpoints<Tables extends BaseTables>(options: {
  events?: Record<string, EventHandler<Tables>>
  references?: Record<string, ReferenceReader<Tables>>
  internal?: Record<string, InternalEndpoint<Tables>>
  logger: Logger
}): Record<string, InternalEndpoint<Tables>> {
  const { events = {}, references = {}, internal = {}, logger } = options
  const endpoints: Record<string, InternalEndpoint<Tables>> = {
    '/internal/events': async ({ db, body }) => {
      const several = body.events as IncomingEvent[] | undefined
      if (several) {
        const received = await receiveEvents(db, events, several, (error, { id, type }) =>
          logger.error({ err: error, event: id, type }, 'an event could not be taken in'),
        )
        return { received }
      }
      const event = body as unknown as IncomingEvent
      await receiveEvent(db, events, event)
      return { received: [event.id] }
    },
    '/internal/references': async ({ db, body }) => {
      const { domainId, type, ids } = body as { domainId: number; type: string; ids: string[] }
      const read = references[type]
      if (!read) throw new Error(`no references of the type ${type} are kept here`)
      return { records: await withDomain(db, domainId, (trx) => read(trx, ids, domainId)) }
    },
    [deletionPath]: answerDeletion as unknown as InternalEndpoint<Tables>,
    ...internal,
  }
  return Object.fromEntries(
    Object.entries(endpoints).map(([path, answer]) => [path, (question) => runAgain(() => answer(question))]),
  )
}

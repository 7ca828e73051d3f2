import assert from 'node:assert/strict'
import { createTimeOrderedId } from '@commonchart/audit'
import { withDomain, type BaseTables } from '@commonchart/database'
import { sql, type Kysely, type RawBuilder, type Transaction } from 'kysely'

/** What one subgraph tells others of a change to a record that it owns. Payloads carry ids, states and versions. */
export interface OutgoingEvent {
  to: string[]
  type: string
  payload: Record<string, unknown>
}

/** An event as it arrives. */
export interface IncomingEvent {
  id: string
  type: string
  domainId: number
  payload: Record<string, unknown>
}

/** Takes in one type of event, in the transaction that marks the event as received. */
export type OneByOne<Tables> = (trx: Transaction<Tables>, event: IncomingEvent) => Promise<void>

/** Takes in events of one type and one domain, in the transaction that marks them all as received. */
export interface Together<Tables> {
  together(trx: Transaction<Tables>, domainId: number, events: IncomingEvent[]): Promise<void>
}

export type EventHandler<Tables> = OneByOne<Tables> | Together<Tables>

/** Puts events into the outbox, one for each receiver, in the transaction of the change; delivered at least once. */
export async function enqueueEvents<Tables>(
  trx: Transaction<Tables>,
  domainId: number,
  events: OutgoingEvent[],
): Promise<void> {
  await createEnqueueing(domainId, events)?.execute(trx)
}

/** Makes the statement that puts events into the outbox as `enqueueEvents` does; null when there are none. */
export function createEnqueueing(domainId: number, events: OutgoingEvent[]): RawBuilder<unknown> | null {
  const jobs = events.flatMap(({ to, type, payload }) =>
    to.map((target) => ({ target, id: createTimeOrderedId(), type, payload })),
  )
  if (jobs.length === 0) return null
  return sql`/* prepare enqueue_events */
    SELECT commonchart.enqueue('deliver', ${domainId}::integer, job, (job->>'target') || ':' || (job->>'id'))
    FROM jsonb_array_elements(${JSON.stringify(jobs)}::jsonb) AS each (job)`
}

/** Takes an event in exactly once: a repeat of the same id changes nothing. Unknown types are refused with an error. */
export async function receiveEvent<Tables extends BaseTables>(
  db: Kysely<Tables>,
  handlers: Record<string, EventHandler<Tables>>,
  event: IncomingEvent,
): Promise<void> {
  await receiveAlike(db, handlers, [event])
}

/**
 * Takes in each of some events of one domain exactly once, and gives the ids of those for which that came to an end. Those of
 * a type that is taken in together share a transaction; when that fails each has one of its own. Errors go to `onError`.
 */
export async function receiveEvents<Tables extends BaseTables>(
  db: Kysely<Tables>,
  handlers: Record<string, EventHandler<Tables>>,
  events: IncomingEvent[],
  onError: (error: unknown, event: IncomingEvent) => void,
): Promise<string[]> {
  const received: string[] = []
  const receive = async (alike: IncomingEvent[]): Promise<boolean> => {
    try {
      await receiveAlike(db, handlers, alike)
    } catch (error) {
      if (alike.length === 1) onError(error, alike[0] as IncomingEvent)
      return false
    }
    received.push(...alike.map(({ id }) => id))
    return true
  }
  for (const alike of Map.groupBy(events, ({ type, domainId }) => `${domainId} ${type}`).values()) {
    const isTogether = typeof handlers[alike[0]?.type ?? ''] === 'object' && alike.length > 1
    if (isTogether && (await receive(alike))) continue
    for (const event of alike) await receive([event])
  }
  return received
}

/** Takes in events of one type and one domain in one transaction. Of a domain that was deleted nothing is kept. */
async function receiveAlike<Tables extends BaseTables>(
  db: Kysely<Tables>,
  handlers: Record<string, EventHandler<Tables>>,
  events: IncomingEvent[],
): Promise<void> {
  const [{ type, domainId } = assert.fail('there is an event')] = events
  const handler = handlers[type] ?? (type === 'domain.changed' ? receiveDomain : undefined)
  if (!handler) throw new Error(`no handler for events of the type ${type}`)
  await withDomain(db, domainId, async (trx) => {
    const { rows } = await sql<{ id: string }>`/* prepare mark_received */
      INSERT INTO received_event (domain_id, id) SELECT ${domainId}::integer, id FROM unnest(${events.map(({ id }) => id)}::uuid[]) id
      WHERE NOT EXISTS (SELECT FROM domain_ref d WHERE d.id = ${domainId}::integer AND d.deleted_at IS NOT NULL)
      ORDER BY id ON CONFLICT (domain_id, id) DO NOTHING RETURNING id`.execute(trx)
    const first = new Set(rows.map(({ id }) => id))
    const fresh = events.filter(({ id }) => first.has(id.toLowerCase()))
    if (fresh.length === 0) return
    if (typeof handler === 'function') for (const event of fresh) await handler(trx, event)
    else await handler.together(trx, domainId, fresh)
  })
}

/** Keeps the newest version of a domain, whatever the order in which events arrive. */
export async function receiveDomain<Tables>(
  transaction: Transaction<Tables>,
  event: IncomingEvent,
): Promise<void> {
  const trx = transaction as unknown as Transaction<BaseTables>
  const { id, name, hosts, state, zone, contract, version } =
    event.payload as unknown as BaseTables['domainRef']
  await trx
    .insertInto('domainRef')
    .values({ id, name, hosts, state, zone, contract, version })
    .onConflict((conflict) =>
      conflict
        .column('id')
        .doUpdateSet({ name, hosts, state, zone, contract, version })
        .where('domainRef.version', '<', version),
    )
    .execute()
}

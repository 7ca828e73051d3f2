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
export type EventHandler<Tables> = (trx: Transaction<Tables>, event: IncomingEvent) => Promise<void>

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
  const handler = handlers[event.type] ?? (event.type === 'domain.changed' ? receiveDomain : undefined)
  if (!handler) throw new Error(`no handler for events of the type ${event.type}`)
  await withDomain(db, event.domainId, async (trx) => {
    const first = await (trx as unknown as Transaction<BaseTables>)
      .insertInto('receivedEvent')
      .values({ domainId: event.domainId, id: event.id })
      .onConflict((conflict) => conflict.columns(['domainId', 'id']).doNothing())
      .returning('id')
      .executeTakeFirst()
    if (first) await handler(trx, event)
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

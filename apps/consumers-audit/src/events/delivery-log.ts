import { listPage, parseId, type Page, type PageArguments } from '@commonchart/subgraph'
import { readIn } from '../callers.ts'
import type { Context } from '../context.ts'
import { getDomain } from '../domains.ts'
import { instantOf, lowestIdAt } from '../access/days.ts'
import type { EventDelivery } from './delivery-rows.ts'
import { writePayload } from './payload.ts'
import type { Attempt } from './post-event.ts'

export interface DeliveryFilters {
  subscriptionId: string
  status?: EventDelivery['status'] | null
  topic?: string | null
  from?: Date | null
  to?: Date | null
  patientId?: string | null
}

/** One page of the delivery log of a subscription, newest first. */
export function listDeliveries(
  context: Context,
  domainId: number,
  args: PageArguments & DeliveryFilters,
  fields: Set<string>,
): Promise<Page<EventDelivery>> {
  const { status, topic, from, to, patientId } = args
  return readIn(context, domainId, (trx) => {
    let query = trx
      .selectFrom('eventDelivery')
      .selectAll()
      .where('domainId', '=', domainId)
      .where('subscriptionId', '=', parseId(args.subscriptionId) ?? '-1')
    if (status) query = query.where('status', '=', status)
    if (topic) query = query.where('topic', '=', topic)
    if (patientId) query = query.where('patientId', '=', patientId)
    if (from) query = query.where('id', '>=', lowestIdAt(from.getTime()))
    if (to) query = query.where('id', '<', lowestIdAt(to.getTime()))
    return listPage(query, {
      order: [{ column: 'event_delivery.id', name: 'id', direction: 'DESC', type: 'uuid' }],
      ...{ args, fields, context },
    })
  })
}

/** Finds a delivery that is known to be there. */
export function getDelivery(context: Context, domainId: number, id: string): Promise<EventDelivery> {
  return readIn(context, domainId, (trx) =>
    trx
      .selectFrom('eventDelivery')
      .selectAll()
      .where('domainId', '=', domainId)
      .where('id', '=', id)
      .executeTakeFirstOrThrow(),
  )
}

/** When a delivery was taken up: its id says it. */
export function createdAtOf({ id }: Pick<EventDelivery, 'id'>): Date {
  return new Date(instantOf(id))
}

/** What was tried, oldest first. */
export function readAttempts({ attempts }: Pick<EventDelivery, 'attempts'>): Attempt[] {
  return JSON.parse(attempts) as Attempt[]
}

/** The body that is posted at every attempt. */
export async function readPayload(context: Context, delivery: EventDelivery): Promise<string> {
  const { domainId, subscriptionId } = delivery
  const loader = context.loader('eventDomainName', async (ids) => {
    const domains = await Promise.all(ids.map((id) => getDomain(context.db, Number(id))))
    return new Map(domains.map(({ id, name }) => [String(id), name]))
  })
  return writePayload(delivery, {
    subscriptionId,
    accountDomain: (await loader.load(String(domainId))) ?? '',
  })
}

import { refusal } from '@commonchart/errors'
import { listPage, parseId, type Page, type PageArguments } from '@commonchart/subgraph'
import type { Selectable, Transaction } from 'kysely'
import { readIn } from './callers.ts'
import type { Context } from './context.ts'
import type { ConsumerRow, Tables } from './tables.ts'

export type Consumer = Selectable<ConsumerRow>

/** One page of a domain's consumers, by name. */
export function listConsumers(
  context: Context,
  domainId: number,
  args: PageArguments & { active?: boolean | null },
  fields: Set<string>,
): Promise<Page<Consumer>> {
  const { active } = args
  return readIn(context, domainId, (trx) => {
    let query = trx.selectFrom('consumer').where('domainId', '=', domainId)
    if (active !== null && active !== undefined) query = query.where('active', '=', active)
    return listPage(query.selectAll(), {
      order: [
        { column: 'consumer.name_key', name: 'nameKey', direction: 'ASC', type: 'text' },
        { column: 'consumer.id', name: 'id', direction: 'ASC', type: 'bigint' },
      ],
      args,
      fields,
      context,
      count: async () => {
        const { count } = await query.select((of) => of.fn.countAll().as('count')).executeTakeFirstOrThrow()
        return Number(count)
      },
    })
  })
}

/** Finds a consumer of a domain by its id as it was given. */
export async function findConsumer(context: Context, domainId: number, id: string): Promise<Consumer | null> {
  const consumerId = parseId(id)
  if (consumerId === null) return null
  const found = await readIn(context, domainId, (trx) =>
    trx
      .selectFrom('consumer')
      .selectAll()
      .where('domainId', '=', domainId)
      .where('id', '=', consumerId)
      .executeTakeFirst(),
  )
  return found ?? null
}

/** A consumer of the caller's domain as other subgraphs refer to it; fetched together with others of the request. */
export async function loadConsumer(context: Context, id: string): Promise<Consumer | null> {
  return loadConsumerOf(context, context.domainId, id)
}

/** A consumer of any domain that the caller may see; fetched together with others of the request. */
export async function loadConsumerOf(
  context: Context,
  domainId: number,
  id: string,
): Promise<Consumer | null> {
  const loader = context.loader(`consumers:${domainId}`, async (ids) => {
    const rows = await readIn(context, domainId, (trx) =>
      trx
        .selectFrom('consumer')
        .selectAll()
        .where('domainId', '=', domainId)
        .where('id', 'in', ids)
        .execute(),
    )
    return new Map(rows.map((row) => [row.id, row]))
  })
  const consumerId = parseId(id)
  return consumerId === null ? null : loader.load(consumerId)
}

/** Locks a consumer of a domain for a change. Throws `NOT_FOUND` with the path of the id. */
export async function lockConsumer(
  trx: Transaction<Tables>,
  domainId: number,
  id: string,
  path: string,
): Promise<Consumer> {
  const consumerId = parseId(id)
  const found =
    consumerId === null
      ? undefined
      : await trx
          .selectFrom('consumer')
          .selectAll()
          .where('domainId', '=', domainId)
          .where('id', '=', consumerId)
          .forUpdate()
          .executeTakeFirst()
  if (!found) throw refusal('NOT_FOUND', 'There is no consumer with this id.', { path })
  return found
}

import { createHash } from 'node:crypto'
import type { BaseTables } from '@commonchart/database'
import type { Identity } from '@commonchart/identity'
import type { Generated, Transaction } from 'kysely'
import type { SubgraphContext } from './context.ts'
import type { Change } from './mutate.ts'

/** Somebody who acts on a subgraph's records and is no API consumer. */
export interface InternalApiConsumerRow {
  domainId: number
  id: Generated<string>
  principal: string
  name: string
  createdAt: Date
  updatedAt: Date
}

/** The tables of a subgraph whose records say who made or archived them. */
export interface ActorTables extends BaseTables {
  internalApiConsumer: InternalApiConsumerRow
}

/** Who acted, as a row keeps it. */
export interface Actor {
  kind: 'CONSUMER' | 'INTERNAL'
  id: string
}

/** Tells who acts, as rows keep it; `internal_api_consumer` may not have them yet. */
export function actorOf({ kind, subject }: Identity, domainId: number): Actor {
  if (kind === 'consumer') return { kind: 'CONSUMER', id: subject }
  return { kind: 'INTERNAL', id: internalIdOf(domainId, `${kind}:${subject}`) }
}

/** Names whoever acts in a mutation: an API consumer, or an `InternalApiConsumer`, made at its first act. */
export async function readActor<Tables extends ActorTables>(
  change: Pick<Change<Tables>, 'trx' | 'domainId' | 'identity' | 'now'>,
): Promise<Actor> {
  const { domainId, identity, now } = change
  const actor = actorOf(identity, domainId)
  if (actor.kind === 'CONSUMER') return actor
  const trx = change.trx as unknown as Transaction<ActorTables>
  const principal = `${identity.kind}:${identity.subject}`
  const known = await trx
    .selectFrom('internalApiConsumer')
    .select(['id', 'name'])
    .where('domainId', '=', domainId)
    .where('principal', '=', principal)
    .executeTakeFirst()
  if (known?.name === identity.name) return { kind: 'INTERNAL', id: known.id }
  const { id } = await trx
    .insertInto('internalApiConsumer')
    .values({ domainId, id: actor.id, principal, name: identity.name, createdAt: now, updatedAt: now })
    .onConflict((conflict) =>
      conflict.columns(['domainId', 'principal']).doUpdateSet({ name: identity.name, updatedAt: now }),
    )
    .returning('id')
    .executeTakeFirstOrThrow()
  return { kind: 'INTERNAL', id }
}

/** Gives an actor as a member of CHR's unions of actors; null when nobody is named. */
export async function loadActor<Tables extends ActorTables>(
  context: SubgraphContext<Tables>,
  { kind, id }: { kind?: Actor['kind'] | null; id?: string | null },
): Promise<object | null> {
  if (!kind || !id) return null
  if (kind === 'CONSUMER') return { __typename: 'EnterpriseApiConsumer', id }
  return context
    .loader('internal API consumer', (ids) =>
      context.read(async (trx) => {
        const rows = await (trx as unknown as Transaction<ActorTables>)
          .selectFrom('internalApiConsumer')
          .select(['id', 'name', 'createdAt', 'updatedAt'])
          .where('domainId', '=', context.domainId)
          .where('id', 'in', [...ids])
          .execute()
        return new Map(rows.map((row) => [row.id, { __typename: 'InternalApiConsumer', ...row }]))
      }),
    )
    .load(id)
}

/**
 * The id of somebody who is no API consumer. It follows from who they are, so that they have one id in all subgraphs and
 * no two of them share one; a bigint of at most 18 digits.
 */
function internalIdOf(domainId: number, principal: string): string {
  const digest = createHash('sha256').update(`${domainId} ${principal}`).digest()
  return String(digest.readBigUInt64BE() >> 5n)
}

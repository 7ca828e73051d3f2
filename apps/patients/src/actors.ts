import type { Identity } from '@commonchart/identity'
import type { Context, PatientsChange } from './context.ts'
import type { Patient } from './patient-columns.ts'

/** Who acted, as a row keeps it. */
export interface ActorColumns {
  archivedByKind: 'CONSUMER' | 'INTERNAL'
  archivedById: string
}

/** Names whoever acts in a mutation: an API consumer, or an `InternalApiConsumer`, made at its first act. */
export async function readActor({ trx, domainId, identity, now }: PatientsChange): Promise<ActorColumns> {
  if (identity.kind === 'consumer') return { archivedByKind: 'CONSUMER', archivedById: identity.subject }
  const principal = `${identity.kind}:${identity.subject}`
  const known = await trx
    .selectFrom('internalApiConsumer')
    .select(['id', 'name'])
    .where('domainId', '=', domainId)
    .where('principal', '=', principal)
    .executeTakeFirst()
  if (known?.name === identity.name) return { archivedByKind: 'INTERNAL', archivedById: known.id }
  const { id } = await trx
    .insertInto('internalApiConsumer')
    .values({ domainId, principal, name: identity.name, createdAt: now, updatedAt: now })
    .onConflict((conflict) =>
      conflict.columns(['domainId', 'principal']).doUpdateSet({ name: identity.name, updatedAt: now }),
    )
    .returning('id')
    .executeTakeFirstOrThrow()
  return { archivedByKind: 'INTERNAL', archivedById: id }
}

/** Gives who archived a patient, for the union `ArchivedBy`. */
export async function loadArchivedBy(
  { archivedByKind: kind, archivedById: id }: Patient,
  context: Context,
): Promise<object | null> {
  if (!kind || !id) return null
  if (kind === 'CONSUMER') return { __typename: 'EnterpriseApiConsumer', id }
  const found = await context
    .loader('internal API consumer', (ids) =>
      context.read(async (trx) => {
        const rows = await trx
          .selectFrom('internalApiConsumer')
          .select(['id', 'name', 'createdAt', 'updatedAt'])
          .where('domainId', '=', context.domainId)
          .where('id', 'in', [...ids])
          .execute()
        return new Map(rows.map((row) => [row.id, { __typename: 'InternalApiConsumer', ...row }]))
      }),
    )
    .load(id)
  return found
}

/** What an event says of who closed a record, so that what follows is recorded in that name. */
export function closerOf({ kind, subject, name, role, keyId, ip, requestId }: Identity) {
  return { kind, subject, name, role, keyId, ip, requestId }
}

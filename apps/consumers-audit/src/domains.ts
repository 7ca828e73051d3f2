import { refusal } from '@commonchart/errors'
import { listPage, type Page, type PageArguments } from '@commonchart/subgraph'
import { sql, type Kysely, type Selectable, type Transaction } from 'kysely'
import type { Context } from './context.ts'
import type { DomainRow, Tables } from './tables.ts'

export type Domain = Selectable<DomainRow>

/** One page of all domains, by name. */
export function listDomains(
  context: Context,
  args: PageArguments,
  fields: Set<string>,
): Promise<Page<Domain>> {
  return listPage(context.db.selectFrom('domain').selectAll(), {
    order: [{ column: 'domain.name', name: 'name', direction: 'ASC', type: 'text' }],
    args,
    fields,
    context,
    count: () => countDomains(context.db),
  })
}

async function countDomains(db: Kysely<Tables>): Promise<number> {
  const { count } = await db
    .selectFrom('domain')
    .select((of) => of.fn.countAll().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** Finds a domain by its name, exactly. */
export function findDomainByName(db: Kysely<Tables>, name: string): Promise<Domain | undefined> {
  return db.selectFrom('domain').selectAll().where('name', '=', name).executeTakeFirst()
}

/** Gets a domain by its name, exactly. Throws `NOT_FOUND` with the path of the name. */
export async function getDomainByName(db: Kysely<Tables>, name: string, path: string): Promise<Domain> {
  const domain = await findDomainByName(db, name)
  if (!domain) throw refusal('NOT_FOUND', 'There is no domain of this name.', { path })
  return domain
}

/** Finds a domain by its id. */
export function findDomain(db: Kysely<Tables>, id: number): Promise<Domain | undefined> {
  return db.selectFrom('domain').selectAll().where('id', '=', id).executeTakeFirst()
}

/** Gets a domain that is known to be there. */
export function getDomain(db: Kysely<Tables>, id: number): Promise<Domain> {
  return db.selectFrom('domain').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
}

/** Locks a domain that is known to be there for a change. */
export function lockDomain(trx: Transaction<Tables>, id: number): Promise<Domain> {
  return trx.selectFrom('domain').selectAll().where('id', '=', id).forUpdate().executeTakeFirstOrThrow()
}

/** Takes the id of a domain to be made, before its transaction begins: that is bound to the id. */
export async function takeDomainId(db: Kysely<Tables>): Promise<number> {
  const { rows } = await sql<{ id: string }>`SELECT nextval('domain_id_seq') AS id`.execute(db)
  return Number(rows[0]?.id)
}

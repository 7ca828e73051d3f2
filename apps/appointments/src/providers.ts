import { parseIntId, prefixEnd, searchKey, type Page, type PageArguments } from '@commonchart/subgraph'
import { sql, type SelectQueryBuilder, type Transaction } from 'kysely'
import { pickColumns } from './columns.ts'
import type { Context } from './context.ts'
import { findRecords, listRecords, loadRecord } from './records.ts'
import { notFound } from './references.ts'
import type { ProviderRow, Tables } from './tables.ts'

type ProviderColumn = keyof ProviderRow & string

/** A provider with the columns that were asked for. */
export type Provider = Partial<ProviderRow> & { id: number }

const known = {
  always: [],
  plain: [
    ...(['firstName', 'lastName', 'title', 'occupation', 'specialty'] as const),
    ...(['licenseNumber', 'licensingBody'] as const),
    ...(['billingNumber', 'email', 'languages', 'hasSchedule', 'deactivated', 'version'] as const),
    ...(['createdAt', 'updatedAt'] as const),
  ],
  derived: { fullName: ['firstName', 'lastName'], schedule: ['hasSchedule'] },
} as const

function columnsOf(fields: Set<string>): ProviderColumn[] {
  return pickColumns<ProviderColumn>(fields, known)
}

/** Loads a provider by their id together with the others that the request asks for; null when there is none. */
export function loadProvider(
  context: Context,
  id: string | number,
  fields: Set<string>,
): Promise<Provider | null> {
  return loadRecord(context, 'provider', id, columnsOf(fields))
}

export interface ProviderFilters {
  languages?: string[] | null
  lastName?: string | null
  firstName?: string | null
  licenseNumber?: string | null
  billingNumber?: string | null
  email?: string | null
  hasInbox?: boolean | null
  hasSchedule?: boolean | null
  includeDeactivated?: boolean | null
}

/** Lists providers, oldest first. */
export function listProviders(
  context: Context,
  args: ProviderFilters & PageArguments,
  fields: { nodes: Set<string>; page: Set<string> },
): Promise<Page<Provider>> {
  const { domainId } = context
  return context.read((trx) => {
    const query = filterProviders(trx.selectFrom('provider'), domainId, args)
    return listRecords(context, 'provider', query, columnsOf(fields.nodes), { args, fields: fields.page })
  })
}

function filterProviders<Selected>(
  all: SelectQueryBuilder<Tables, 'provider', Selected>,
  domainId: number,
  filters: ProviderFilters,
): SelectQueryBuilder<Tables, 'provider', Selected> {
  const { languages, lastName, firstName, licenseNumber, billingNumber, email, hasSchedule } = filters
  let query = all.where('provider.domainId', '=', domainId)
  if (filters.includeDeactivated !== true) query = query.where('deactivated', '=', false)
  if (lastName)
    query = query.where('lastNameKey', '>=', lastName).where('lastNameKey', '<', prefixEnd(lastName))
  if (firstName)
    query = query.where('firstNameKey', '>=', firstName).where('firstNameKey', '<', prefixEnd(firstName))
  if (licenseNumber) query = query.where('licenseNumberKey', '=', licenseNumber)
  if (billingNumber) query = query.where('billingNumberKey', '=', billingNumber)
  if (email) query = query.where('emailKey', '=', email)
  if (hasSchedule !== undefined && hasSchedule !== null) query = query.where('hasSchedule', '=', hasSchedule)
  // Nothing owns inboxes: nobody is known to have one, or to have none.
  if (typeof filters.hasInbox === 'boolean') query = query.where(sql<boolean>`false`)
  if (languages)
    query = query.where('provider.id', 'in', (of) =>
      of
        .selectFrom('providerLanguage')
        .select('providerId')
        .where('providerLanguage.domainId', '=', domainId)
        .where('languageKey', 'in', languages.length > 0 ? languages : ['']),
    )
  return query
}

/** Reads whole providers by their ids. */
export function findProviders(
  trx: Transaction<Tables>,
  domainId: number,
  ids: number[],
): Promise<Map<string, ProviderRow>> {
  return findRecords(trx, domainId, 'provider', ids)
}

/**
 * Reads a provider under a row lock. `hours` keeps bookings out while work hours change, `booking` keeps work hours as they
 * are while others may book too, `record` is for changes that bookings do not depend on. Throws `NOT_FOUND`.
 */
export async function lockProvider(
  trx: Transaction<Tables>,
  domainId: number,
  id: string,
  path: string,
  purpose: 'hours' | 'booking' | 'record',
): Promise<ProviderRow> {
  const row = await findProviderLocked(trx, domainId, id, purpose)
  if (!row) throw notFound(path)
  return row
}

/** As `lockProvider`, but gives undefined when there is none. */
export async function findProviderLocked(
  trx: Transaction<Tables>,
  domainId: number,
  id: string,
  purpose: 'hours' | 'booking' | 'record',
): Promise<ProviderRow | undefined> {
  const key = parseIntId(id)
  if (key === null) return undefined
  return trx
    .selectFrom('provider')
    .selectAll()
    .where('domainId', '=', domainId)
    .where('id', '=', key)
    .$if(purpose === 'hours', (query) => query.forUpdate())
    .$if(purpose === 'booking', (query) => query.forKeyShare())
    .$if(purpose === 'record', (query) => query.forNoKeyUpdate())
    .executeTakeFirst()
}

/** What other services may know of providers: the same as the event `provider.changed` says. */
export async function readProviderReferences(
  trx: Transaction<Tables>,
  ids: string[],
  domainId: number,
): Promise<object[]> {
  const keys = ids.flatMap((id) => parseIntId(id) ?? [])
  return [...(await findProviders(trx, domainId, keys)).values()].map(toReference)
}

/** What other services may know of the providers with these e-mail addresses. */
export async function readProvidersByEmail(
  trx: Transaction<Tables>,
  emails: string[],
  domainId: number,
): Promise<object[]> {
  const rows = await trx
    .selectFrom('provider')
    .selectAll()
    .where('domainId', '=', domainId)
    .where('emailKey', 'in', emails.map(searchKey))
    .limit(mostNamesakes)
    .execute()
  return rows.map(toReference)
}

/** What other services may know of the providers who are called so: first and last name, wherever one ends. */
export async function readProvidersByName(
  trx: Transaction<Tables>,
  names: string[],
  domainId: number,
): Promise<object[]> {
  const rows = await trx
    .selectFrom('provider')
    .selectAll()
    .where('domainId', '=', domainId)
    .where('nameKey', 'in', names.flatMap(nameKeysOf))
    .limit(mostNamesakes)
    .execute()
  return rows.map(toReference)
}

/** Whoever asks wants one; a few more tell that there is not one. */
const mostNamesakes = 100

/** The keys that a name may be stored under, with its first words as first names. */
function nameKeysOf(name: string): string[] {
  const words = searchKey(name).split(' ').slice(0, 12)
  return words.map((_, at) => searchKey(`${words.slice(at).join(' ')} ${words.slice(0, at).join(' ')}`))
}

/** A provider as other subgraphs know them. */
export function toReference(row: ProviderRow) {
  const state = row.deactivated ? 'INACTIVE' : 'ACTIVE'
  const { email, lastName, version } = row
  return { id: String(row.id), name: fullNameOf(row) ?? email, email, lastName, state, version }
}

/** First and last name; null when there is neither. */
export function fullNameOf({ firstName, lastName }: Partial<ProviderRow>): string | null {
  return [firstName, lastName].filter(Boolean).join(' ') || null
}

/** The key by which providers are ordered: last, then first name. */
export function nameKeyOf({ firstName, lastName }: Pick<ProviderRow, 'firstName' | 'lastName'>): string {
  return searchKey(`${lastName ?? ''} ${firstName ?? ''}`)
}

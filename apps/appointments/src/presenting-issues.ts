import { parseIntId, prefixEnd, type Page, type PageArguments } from '@commonchart/subgraph'
import type { Selectable, SelectQueryBuilder, Transaction } from 'kysely'
import { pickColumns } from './columns.ts'
import type { Context } from './context.ts'
import { listRecords, loadRecord, lockRecord } from './records.ts'
import { longestTerm } from './presenting-issue-terms.ts'
import type { PresentingIssueRow } from './catalogue-tables.ts'
import type { Tables } from './tables.ts'

export type PresentingIssueRecord = Selectable<PresentingIssueRow>
type PresentingIssueColumn = keyof PresentingIssueRow & string

/** A presenting issue with the columns that were asked for. */
export type PresentingIssue = Partial<PresentingIssueRecord> & { id: number }

const known = {
  always: [],
  plain: [
    ...(['localizedName', 'localizedInternalName', 'localizedSearchablePhrase'] as const),
    ...(['localizedPrepNote', 'color', 'icon', 'deactivated', 'version'] as const),
  ],
  derived: {
    name: ['name', 'localizedName'],
    internalName: ['internalName', 'localizedInternalName'],
    searchablePhrase: ['searchablePhrase', 'localizedSearchablePhrase'],
    prepNote: ['prepNote', 'localizedPrepNote'],
  },
} as const

function columnsOf(fields: Set<string>): PresentingIssueColumn[] {
  return pickColumns<PresentingIssueColumn>(fields, known)
}

/** Loads a presenting issue by its id together with the others that the request asks for; null when there is none. */
export function loadPresentingIssue(
  context: Context,
  id: string | number,
  fields: Set<string>,
): Promise<PresentingIssue | null> {
  return loadRecord(context, 'presentingIssue', id, columnsOf(fields))
}

export interface PresentingIssueFilters {
  /** The beginning of a name as a search key. */
  name?: string | null
  /** The beginning of a name or of a word of a searchable phrase, as a search key. */
  nameOrSearchablePhrase?: string | null
  /** Those that this service is for. */
  serviceId?: number
  includeDeactivated?: boolean | null
}

/** Lists presenting issues that meet every filter, oldest first. */
export function listPresentingIssues(
  context: Context,
  args: PresentingIssueFilters & PageArguments,
  fields: { nodes: Set<string>; page: Set<string> },
): Promise<Page<PresentingIssue>> {
  return context.read((trx) => {
    const query = filterPresentingIssues(trx.selectFrom('presentingIssue'), context.domainId, args)
    return listRecords(context, 'presentingIssue', query, columnsOf(fields.nodes), {
      args,
      fields: fields.page,
    })
  })
}

function filterPresentingIssues<Selected>(
  all: SelectQueryBuilder<Tables, 'presentingIssue', Selected>,
  domainId: number,
  { name, nameOrSearchablePhrase, serviceId, includeDeactivated }: PresentingIssueFilters,
): SelectQueryBuilder<Tables, 'presentingIssue', Selected> {
  let query = all.where('presentingIssue.domainId', '=', domainId)
  if (includeDeactivated !== true) query = query.where('deactivated', '=', false)
  for (const [term, kind] of [
    [name, 'NAME'],
    [nameOrSearchablePhrase, null],
  ] as const) {
    if (!term) continue
    const key = longestTerm(term)
    query = query.where('presentingIssue.id', 'in', (of) =>
      of
        .selectFrom('presentingIssueTerm')
        .select('presentingIssueId')
        .where('presentingIssueTerm.domainId', '=', domainId)
        .$if(kind !== null, (terms) => terms.where('kind', '=', kind ?? 'NAME'))
        .where('termKey', '>=', key)
        .where('termKey', '<', prefixEnd(key)),
    )
  }
  if (serviceId !== undefined)
    query = query.where('presentingIssue.id', 'in', (of) =>
      of
        .selectFrom('presentingIssueService')
        .select('presentingIssueId')
        .where('presentingIssueService.domainId', '=', domainId)
        .where('serviceId', '=', serviceId),
    )
  return query
}

/** Finds a presenting issue, deactivated or not. */
export function findPresentingIssue(
  trx: Transaction<Tables>,
  domainId: number,
  id: string,
): Promise<PresentingIssueRecord | undefined> {
  return trx
    .selectFrom('presentingIssue')
    .selectAll()
    .where('domainId', '=', domainId)
    .where('id', '=', parseIntId(id) ?? 0)
    .executeTakeFirst()
}

/** Reads a presenting issue and keeps others from changing it until the transaction ends. Throws `NOT_FOUND`. */
export function lockPresentingIssue(
  trx: Transaction<Tables>,
  domainId: number,
  id: string,
): Promise<PresentingIssueRecord> {
  return lockRecord(trx, domainId, 'presentingIssue', id)
}

import { parseIntId, prefixEnd, type Page, type PageArguments } from '@commonchart/subgraph'
import type { SelectQueryBuilder, Transaction } from 'kysely'
import { pickColumns } from './columns.ts'
import type { Context } from './context.ts'
import { findRecords, listRecords, loadRecord, lockRecord } from './records.ts'
import type { LocalizedText } from './names.ts'
import type { ServiceRow, Tables } from './tables.ts'
import type { Selectable } from 'kysely'

export type ServiceRecord = Selectable<ServiceRow>
type ServiceColumn = keyof ServiceRow & string

/** A service with the columns that were asked for. */
export type Service = Partial<ServiceRecord> & { id: number }

const known = {
  always: [],
  plain: [
    ...(['localizedName', 'localizedShortDescription', 'localizedLongDescription', 'color', 'icon'] as const),
    ...([
      'slotLength',
      'minRequestableInterval',
      'minRequestableIntervalType',
      'maxRequestableDays',
    ] as const),
    ...([
      'allowNewPatient',
      'allowExistingPatient',
      'patientDefaultStatus',
      'providerDefaultStatus',
    ] as const),
    ...(['deactivated', 'version', 'createdAt', 'updatedAt'] as const),
  ],
  derived: {
    name: ['name', 'localizedName'],
    shortDescription: ['shortDescription', 'localizedShortDescription'],
    longDescription: ['longDescription', 'localizedLongDescription'],
  },
} as const

function columnsOf(fields: Set<string>): ServiceColumn[] {
  return pickColumns<ServiceColumn>(fields, known)
}

/** Loads a service by its id together with the others that the request asks for; null when there is none. */
export function loadService(
  context: Context,
  id: string | number,
  fields: Set<string>,
): Promise<Service | null> {
  return loadRecord(context, 'service', id, columnsOf(fields))
}

export interface ServiceFilters {
  /** The beginning of a name as a search key. */
  name?: string | null
  /** Services that are for each of these. */
  presentingIssueIds?: (string | number)[]
  includeDeactivated?: boolean | null
}

/** Lists the services of the domain, oldest first. */
export function listServices(
  context: Context,
  filters: ServiceFilters,
  fields: Set<string>,
): Promise<Service[]> {
  return context.read((trx) =>
    filterServices(trx.selectFrom('service'), context.domainId, filters)
      .select(['id', ...columnsOf(fields)])
      .orderBy('id')
      .execute(),
  )
}

/** Lists a page of services, oldest first. */
export function listServicePage(
  context: Context,
  args: ServiceFilters & PageArguments,
  fields: { nodes: Set<string>; page: Set<string> },
): Promise<Page<Service>> {
  return context.read((trx) => {
    const query = filterServices(trx.selectFrom('service'), context.domainId, args)
    return listRecords(context, 'service', query, columnsOf(fields.nodes), { args, fields: fields.page })
  })
}

function filterServices<Selected>(
  all: SelectQueryBuilder<Tables, 'service', Selected>,
  domainId: number,
  { name, presentingIssueIds = [], includeDeactivated }: ServiceFilters,
): SelectQueryBuilder<Tables, 'service', Selected> {
  let query = all.where('service.domainId', '=', domainId)
  if (includeDeactivated !== true) query = query.where('deactivated', '=', false)
  if (name)
    query = query.where('service.id', 'in', (of) =>
      of
        .selectFrom('serviceName')
        .select('serviceId')
        .where('serviceName.domainId', '=', domainId)
        .where('nameKey', '>=', name)
        .where('nameKey', '<', prefixEnd(name)),
    )
  // No presenting issue has the id 0: a text that is no id meets nothing.
  for (const id of presentingIssueIds)
    query = query.where('service.id', 'in', (of) =>
      of
        .selectFrom('presentingIssueService')
        .select('serviceId')
        .where('presentingIssueService.domainId', '=', domainId)
        .where('presentingIssueId', '=', parseIntId(id) ?? 0),
    )
  return query
}

/** Reads whole services by their ids. */
export function findServices(
  trx: Transaction<Tables>,
  domainId: number,
  ids: number[],
): Promise<Map<string, ServiceRecord>> {
  return findRecords(trx, domainId, 'service', ids)
}

/** Reads a service and keeps others from changing it until the transaction ends. Throws `NOT_FOUND`. */
export function lockService(trx: Transaction<Tables>, domainId: number, id: string): Promise<ServiceRecord> {
  return lockRecord(trx, domainId, 'service', id)
}

const localeOf = { en: 'ENGLISH', fr: 'FRENCH' } as const

/** A text in the language of the reader where it is there, otherwise as it was given without a language. */
export function inLanguage<Text extends string | null | undefined>(
  language: 'en' | 'fr',
  localized: LocalizedText[] | undefined,
  otherwise: Text,
): string | Text {
  return localized?.find((each) => each.locale === localeOf[language])?.value ?? otherwise
}

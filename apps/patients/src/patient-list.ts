import {
  listPage,
  parseIntId,
  prefixEnd,
  requestedFields,
  searchKey,
  type OrderTerm,
  type Page,
} from '@commonchart/subgraph'
import type { GraphQLResolveInfo } from 'graphql'
import { sql, type SelectQueryBuilder, type Transaction } from 'kysely'
import { phoneSearchKeys } from './contact-points.ts'
import type { Context } from './context.ts'
import { patientColumns, type Patient } from './patient-columns.ts'
import type { Tables } from './tables.ts'

export interface PatientsArguments {
  dateOfBirth?: string | null
  email?: string | null
  firstName?: string | null
  gender?: string | null
  identificationValue?: string | null
  identificationTemplateId?: string | null
  lastName?: string | null
  locationId?: string | null
  phone?: string | null
  primaryPractitionerId?: string | null
  statusTagId?: string | null
  updatedSince?: Date | null
  includeArchived?: boolean | null
  orderBy?: { field: string; direction: 'ASC' | 'DESC' }[] | null
  after?: string | null
  before?: string | null
  first?: number | null
  last?: number | null
}

type PatientQuery = SelectQueryBuilder<Tables, 'patient', object>

const orders: Record<string, Omit<OrderTerm, 'direction'>> = {
  ID: { column: 'patient.id', name: 'id', type: 'bigint' },
  CREATED_AT: { column: 'patient.created_at', name: 'createdAt', type: 'timestamptz' },
  UPDATED_AT: { column: 'patient.updated_at', name: 'updatedAt', type: 'timestamptz' },
  FIRST_NAME: { column: 'patient.first_name_key', name: 'firstNameKey', type: 'text' },
  LAST_NAME: { column: 'patient.last_name_key', name: 'lastNameKey', type: 'text' },
  DATE_OF_BIRTH: { column: 'patient.date_of_birth', name: 'dateOfBirth', type: 'date' },
  PRIMARY_LOCATION: {
    column: 'location_ref.name_key',
    name: 'locationNameKey',
    type: 'text',
    nullable: true,
  },
  PRIMARY_PRACTITIONER: {
    column: 'provider_ref.name_key',
    name: 'providerNameKey',
    type: 'text',
    nullable: true,
  },
}

/** Lists patients that fit all filters, newest first by default; reads only the columns that are asked for. */
export function listPatients(
  context: Context,
  args: PatientsArguments,
  info: GraphQLResolveInfo,
): Promise<Page<Patient>> {
  const order = orderOf(args)
  const columns = new Set<string>(patientColumns(requestedFields(info, 'nodes', 'edges.node')))
  for (const term of order) if (term.column.startsWith('patient.')) columns.add(term.name)
  return context.read(async (trx) => {
    const found = fitting(trx, context.domainId, args)
    const page = await listPage(select(found, columns, order) as never, {
      order,
      args,
      fields: requestedFields(info, '', 'pageInfo'),
      context,
      count: () => countPatients(found),
    })
    return page as Page<Patient>
  })
}

function orderOf({ orderBy }: PatientsArguments): OrderTerm[] {
  const asked = orderBy?.length ? orderBy : [{ field: 'CREATED_AT', direction: 'DESC' as const }]
  const terms = asked.map(({ field, direction }) => ({
    ...(orders[field] as Omit<OrderTerm, 'direction'>),
    direction,
  }))
  const last = terms.at(-1)?.direction ?? 'ASC'
  return terms.some((term) => term.name === 'id')
    ? terms
    : [...terms, { ...orders.ID, direction: last } as OrderTerm]
}

/**
 * The patients that fit. A prefix and the time of a change leave a range of an index that no order shares, so what it finds is fenced off and
 * sorted afterwards: otherwise the planner may walk the order's index and filter.
 */
function fitting(trx: Transaction<Tables>, domainId: number, args: PatientsArguments): PatientQuery {
  const prefixes = (
    [
      ['firstNameKey', args.firstName],
      ['lastNameKey', args.lastName],
      ['emailKey', args.email],
    ] as const
  ).filter(([, prefix]) => prefix !== null && prefix !== undefined)
  const direct = equalities(trx, domainId, args)
  const since = args.updatedSince ? direct.where('patient.updatedAt', '>=', args.updatedSince) : direct
  // The order by change is the one that shares its index with the range of what changed.
  if (prefixes.length === 0 && (!args.updatedSince || args.orderBy?.[0]?.field === 'UPDATED_AT')) return since
  let fenced = since
  for (const [column, prefix] of prefixes)
    fenced = fenced.where(column, '>=', prefix as string).where(column, '<', prefixEnd(prefix as string))
  return trx.selectFrom(fenced.selectAll('patient').offset(0).as('patient')) as unknown as PatientQuery
}

function equalities(trx: Transaction<Tables>, domainId: number, args: PatientsArguments): PatientQuery {
  let query: PatientQuery = trx.selectFrom('patient').where('patient.domainId', '=', domainId)
  if (!args.includeArchived) query = query.where('patient.archived', '=', false)
  else if (isFiltered(args)) query = query.where('patient.archived', 'in', [false, true])
  if (args.dateOfBirth) query = query.where('patient.dateOfBirth', '=', args.dateOfBirth)
  if (args.gender) query = query.where('patient.gender', '=', args.gender)
  if (args.locationId)
    query = query.where('patient.primaryLocationId', '=', parseIntId(args.locationId) ?? -1)
  if (args.primaryPractitionerId)
    query = query.where('patient.primaryPractitionerId', '=', parseIntId(args.primaryPractitionerId) ?? -1)
  if (args.phone !== null && args.phone !== undefined)
    query = query.where('patient.id', 'in', bearersOfPhone(trx, domainId, args.phone))
  if (args.statusTagId) query = query.where('patient.id', 'in', bearersOfTag(trx, domainId, args.statusTagId))
  if (args.identificationValue || args.identificationTemplateId)
    query = query.where('patient.id', 'in', bearersOfIdentification(trx, domainId, args))
  return query
}

function isFiltered(args: PatientsArguments): boolean {
  const { includeArchived: _a, orderBy: _o, first: _f, last: _l, after: _s, before: _b, ...filters } = args
  return Object.values(filters).some((value) => value !== null && value !== undefined)
}

function bearersOfPhone(trx: Transaction<Tables>, domainId: number, digits: string) {
  return trx
    .selectFrom('patientPhone')
    .select('patientId')
    .where('domainId', '=', domainId)
    .where('digits', 'in', phoneSearchKeys(digits))
}

function bearersOfTag(trx: Transaction<Tables>, domainId: number, tagId: string) {
  return trx
    .selectFrom('patientStatusTag')
    .select('patientId')
    .where('domainId', '=', domainId)
    .where('statusTagId', '=', parseIntId(tagId) ?? -1)
}

function bearersOfIdentification(trx: Transaction<Tables>, domainId: number, args: PatientsArguments) {
  let query = trx.selectFrom('identification').select('patientId').where('domainId', '=', domainId)
  if (args.identificationValue) query = query.where('valueKey', '=', searchKey(args.identificationValue))
  if (args.identificationTemplateId)
    query = query.where('templateId', '=', parseIntId(args.identificationTemplateId) ?? -1)
  return query
}

function select(found: PatientQuery, columns: Set<string>, order: OrderTerm[]): PatientQuery {
  const names = new Set(order.map((term) => term.name))
  let query: PatientQuery = found.select([...columns].map((column) => `patient.${column}`) as never[])
  if (names.has('locationNameKey'))
    query = query
      .leftJoin('locationRef', (join) =>
        join
          .onRef('locationRef.domainId', '=', 'patient.domainId')
          .onRef('locationRef.id', '=', 'patient.primaryLocationId'),
      )
      .select('locationRef.nameKey as locationNameKey') as unknown as PatientQuery
  if (names.has('providerNameKey'))
    query = query
      .leftJoin('providerRef', (join) =>
        join
          .onRef('providerRef.domainId', '=', 'patient.domainId')
          .onRef('providerRef.id', '=', 'patient.primaryPractitionerId'),
      )
      .select('providerRef.nameKey as providerNameKey') as unknown as PatientQuery
  return query
}

async function countPatients(found: PatientQuery): Promise<number> {
  const row = await found.select(sql<string>`count(*)`.as('count')).executeTakeFirstOrThrow()
  return Number((row as { count: string }).count)
}

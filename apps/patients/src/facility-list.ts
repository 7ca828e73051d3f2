import {
  listPage,
  prefixEnd,
  requestedFields,
  type OrderTerm,
  type Page,
  type PageArguments,
} from '@commonchart/subgraph'
import type { GraphQLResolveInfo } from 'graphql'
import type { SelectQueryBuilder, Transaction } from 'kysely'
import type { Context } from './context.ts'
import type { Facility } from './facilities.ts'
import { digitsKey, indexKey, postalCodeKey } from './index-key.ts'
import type { Tables } from './tables.ts'

export interface FacilitiesArguments extends PageArguments {
  category?: string | null
  categoryRawValue?: string | null
  city?: string | null
  email?: string | null
  excludeReadOnly?: boolean | null
  fax?: string | null
  name?: string | null
  phone?: string | null
  postalCode?: string | null
}

type FacilityQuery = SelectQueryBuilder<Tables, 'facility', object>

const order: OrderTerm[] = [{ column: 'facility.id', name: 'id', direction: 'ASC', type: 'integer' }]

/** Lists facilities that fit all filters, oldest first. */
export function listFacilities(
  context: Context,
  args: FacilitiesArguments,
  info: GraphQLResolveInfo,
): Promise<Page<Facility>> {
  return context.read((trx) => {
    const found = fitting(trx, context.domainId, args)
    return listPage(found.selectAll('facility'), {
      order,
      args,
      fields: requestedFields(info, '', 'pageInfo'),
      context,
      count: async () => {
        const counted = found.select((of) => of.fn.countAll<string>().as('count'))
        return Number((await counted.executeTakeFirstOrThrow()).count)
      },
    }) as Promise<Page<Facility>>
  })
}

/** The facilities that fit. What a prefix finds is in no order of the list, so it is fenced off and sorted afterwards. */
function fitting(trx: Transaction<Tables>, domainId: number, args: FacilitiesArguments): FacilityQuery {
  const direct = equalities(trx, domainId, args)
  let fenced = direct
  for (const [column, prefix] of [
    ['cityKey', args.city && indexKey(args.city)],
    ['postalCodeKey', args.postalCode && postalCodeKey(args.postalCode)],
  ] as const)
    if (prefix) fenced = fenced.where(column, '>=', prefix).where(column, '<', prefixEnd(prefix))
  if (args.name)
    fenced = fenced.where('facility.id', 'in', facilitiesCalled(trx, domainId, indexKey(args.name)))
  if (fenced === direct) return direct
  return trx.selectFrom(fenced.selectAll('facility').offset(0).as('facility')) as unknown as FacilityQuery
}

function equalities(trx: Transaction<Tables>, domainId: number, args: FacilitiesArguments): FacilityQuery {
  let query: FacilityQuery = trx.selectFrom('facility').where('facility.domainId', '=', domainId)
  if (args.excludeReadOnly) query = query.where('readOnly', '=', false)
  if (args.category) query = query.where('category', '=', args.category)
  if (args.categoryRawValue) query = query.where('categoryRawKey', '=', indexKey(args.categoryRawValue))
  if (args.email) query = query.where('emailKey', '=', indexKey(args.email))
  if (args.phone) query = query.where('phoneDigits', '=', digitsKey(args.phone))
  if (args.fax) query = query.where('faxDigits', '=', digitsKey(args.fax))
  return query
}

/** The ids of facilities whose name, or a word of it, begins with the key. */
export function facilitiesCalled(trx: Transaction<Tables>, domainId: number, prefix: string) {
  return trx
    .selectFrom('facilityName')
    .select('facilityId')
    .where('facilityName.domainId', '=', domainId)
    .where('nameKey', '>=', prefix)
    .where('nameKey', '<', prefixEnd(prefix))
}

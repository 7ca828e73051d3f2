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
import type { Contact } from './contacts.ts'
import type { Context } from './context.ts'
import { facilitiesCalled } from './facility-list.ts'
import { digitsKey, indexKey } from './index-key.ts'
import type { Tables } from './tables.ts'

export interface ContactsArguments extends PageArguments {
  billingCode?: string | null
  excludeReadOnly?: boolean | null
  facilityName?: string | null
  fax?: string | null
  name?: string | null
  occupation?: string | null
  occupationRawValue?: string | null
}

type ContactQuery = SelectQueryBuilder<Tables, 'contact', object>

const order: OrderTerm[] = [{ column: 'contact.id', name: 'id', direction: 'ASC', type: 'integer' }]

/** Lists contacts that fit all filters, oldest first. */
export function listContacts(
  context: Context,
  args: ContactsArguments,
  info: GraphQLResolveInfo,
): Promise<Page<Contact>> {
  return context.read((trx) => {
    const found = fitting(trx, context.domainId, args)
    return listPage(found.selectAll('contact'), {
      order,
      args,
      fields: requestedFields(info, '', 'pageInfo'),
      context,
      count: async () => {
        const counted = found.select((of) => of.fn.countAll<string>().as('count'))
        return Number((await counted.executeTakeFirstOrThrow()).count)
      },
    }) as Promise<Page<Contact>>
  })
}

/** The contacts that fit. What a name finds is in no order of the list, so it is fenced off and sorted afterwards. */
function fitting(trx: Transaction<Tables>, domainId: number, args: ContactsArguments): ContactQuery {
  const direct = equalities(trx, domainId, args)
  let fenced = direct
  const name = args.name && indexKey(args.name.replaceAll(',', ' '))
  if (name) fenced = fenced.where('contact.id', 'in', contactsCalled(trx, domainId, name))
  const facility = args.facilityName && indexKey(args.facilityName)
  if (facility) fenced = fenced.where('facilityId', 'in', facilitiesCalled(trx, domainId, facility))
  if (fenced === direct) return direct
  return trx.selectFrom(fenced.selectAll('contact').offset(0).as('contact')) as unknown as ContactQuery
}

function equalities(trx: Transaction<Tables>, domainId: number, args: ContactsArguments): ContactQuery {
  let query: ContactQuery = trx.selectFrom('contact').where('contact.domainId', '=', domainId)
  if (args.excludeReadOnly) query = query.where('readOnly', '=', false)
  if (args.billingCode) query = query.where('billingCodeKey', '=', indexKey(args.billingCode))
  if (args.fax) query = query.where('faxDigits', '=', digitsKey(args.fax))
  if (args.occupation) query = query.where('occupation', '=', args.occupation)
  if (args.occupationRawValue) query = query.where('occupationRawKey', '=', indexKey(args.occupationRawValue))
  return query
}

function contactsCalled(trx: Transaction<Tables>, domainId: number, prefix: string) {
  return trx
    .selectFrom('contactName')
    .select('contactId')
    .where('contactName.domainId', '=', domainId)
    .where('nameKey', '>=', prefix)
    .where('nameKey', '<', prefixEnd(prefix))
}

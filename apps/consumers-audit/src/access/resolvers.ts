import { requestedFields, type PageArguments, type Resolvers } from '@commonchart/subgraph'
import type { GraphQLResolveInfo } from 'graphql'
import { getSettingsDomain, requireSettings } from '../callers.ts'
import { findConsumer, loadConsumer, loadConsumerOf } from '../consumers.ts'
import type { Context } from '../context.ts'
import {
  findRecordedSince,
  listElementUsage,
  type ElementUsage,
  type ElementUsagePage,
  type UsageFilters,
} from './element-usage.ts'
import { keptSince } from './days.ts'
import { openRecord } from './open-record.ts'
import { reconcile } from './reconciliation.ts'
import { getCallingConsumer, getRecordDomain } from './record-callers.ts'
import type { KeptRecords } from './record-keys.ts'
import { listRequests, type ApiRequest } from './requests.ts'
import type { RequestFilters } from './search-requests.ts'

type Info = GraphQLResolveInfo
/** After that no further part of the logs is compared: a subgraph answers within 8 s, and a statement ends within 5. */
const reconciliationBudgetMs = 3000

type Named = { domain?: string | null }

/** The fields of the access log. */
export function createAccessResolvers({
  keys,
  retentionDays,
  now = Date.now,
}: KeptRecords): { Query: Resolvers[string] } & Resolvers {
  return {
    Query: {
      async accessLog(
        _: unknown,
        { domain, ...args }: PageArguments & RequestFilters & Named,
        context: Context,
        info: Info,
      ) {
        const domainId = await getRecordDomain(context, { domain })
        return listRequests(context, domainId, args, pageFields(info), keptSince(now(), retentionDays))
      },
      async accessRecord(_: unknown, { id, domain }: { id: string } & Named, context: Context) {
        const domainId = await getRecordDomain(context, { domain })
        return openRecord(context, keys, { domainId, id })
      },
      async accessReconciliation(
        _: unknown,
        { domain, ...period }: { from: Date; to?: Date | null } & Named,
        context: Context,
      ) {
        const domainId = await getRecordDomain(context, { domain })
        return reconcile(context.db, domainId, period, {
          ...{ retentionDays, now: now() },
          budgetMs: reconciliationBudgetMs,
        })
      },
      async elementUsage(
        _: unknown,
        { domain, ...args }: PageArguments & UsageFilters & Named,
        context: Context,
        info: Info,
      ) {
        const domainId = await getSettingsDomain(context, 'read', { domain, path: 'domain' })
        return listElementUsage(context, domainId, args, pageFields(info), now())
      },
      apiRequests(_: unknown, args: PageArguments & RequestFilters, context: Context, info: Info) {
        const { domainId, consumerId } = getCallingConsumer(context)
        const since = keptSince(now(), retentionDays)
        return listRequests(context, domainId, { ...args, consumerId }, pageFields(info), since)
      },
      apiRequest(_: unknown, { id }: { id: string }, context: Context) {
        return openRecord(context, keys, { ...getCallingConsumer(context), id })
      },
    },
    ApiRequest: {
      consumer({ consumerId, domainId }: ApiRequest, _: unknown, context: Context) {
        if (consumerId === null) return null
        return context.identity.domainId === domainId
          ? loadConsumer(context, consumerId)
          : findConsumer(context, domainId, consumerId)
      },
      refusalReason({ refusalReason }: ApiRequest, _: unknown, context: Context) {
        requireSettings(context, 'read')
        return refusalReason
      },
    },
    ElementUsage: {
      consumer: ({ domainId, consumerId }: ElementUsage, _: unknown, context: Context) =>
        loadConsumerOf(context, domainId, consumerId),
    },
    ElementUsageConnection: {
      recordedSince: (page: ElementUsagePage, _: unknown, context: Context) =>
        findRecordedSince(context, page, now()),
    },
    ApiGraphEnum: { ENTERPRISE: 'enterprise', SETTINGS: 'settings', OPERATOR: 'operator' },
  }
}

function pageFields(info: Info): Set<string> {
  return new Set([...requestedFields(info), ...requestedFields(info, 'pageInfo')])
}

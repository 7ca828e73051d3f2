import {
  requestedFields,
  requireOperator,
  requirePerson,
  type PageArguments,
  type Resolvers,
} from '@commonchart/subgraph'
import type { GraphQLResolveInfo } from 'graphql'
import type { AccessLogParts } from './access/parts.ts'
import { auditQueries, auditTypes } from './audit/resolvers.ts'
import { getSettingsDomain, requireSettings } from './callers.ts'
import type { ConsumerInput } from './change-consumer.ts'
import {
  copyConsumer,
  createConsumer,
  setConsumerActive,
  updateConsumer,
  type CopyConsumerInput,
  type CreateConsumerInput,
  type UpdateConsumerInput,
} from './consumer-changes.ts'
import { findRetirement, getKey, loadKeys, type ConsumerKey } from './consumer-keys.ts'
import { loadKeyUse, loadLastUse, loadUsage } from './consumer-usage.ts'
import { findConsumer, listConsumers, loadConsumer, type Consumer } from './consumers.ts'
import type { Context } from './context.ts'
import type { EventParts } from './events/parts.ts'
import { createDomain, disableDomain, enableDomain, updateDomain, type Followers } from './domain-changes.ts'
import { cancelDomainDeletion, readDeletion, scheduleDomainDeletion } from './domain-end.ts'
import { loadHosts } from './domain-hosts.ts'
import { findDomainByName, getDomain, listDomains, type Domain } from './domains.ts'
import { addConsumerKey, retireConsumerKey, updateConsumerKey } from './key-changes.ts'
import { getRequestStatistics, loadStatistics } from './request-statistics.ts'
import type { PeriodArguments } from './statistics-period.ts'

type Info = GraphQLResolveInfo
type Echo = { clientMutationId?: string | null }
type Named = { domain?: string | null }

/** Every field of this subgraph; `followers` are the services that are told of changes to domains. */
export function createResolvers(
  followers: Followers,
  access: AccessLogParts['resolvers'],
  events: EventParts['resolvers'],
): Resolvers {
  return {
    ...access,
    ...events,
    Query: {
      ...access.Query,
      ...events.Query,
      domains(_: unknown, args: PageArguments, context: Context, info: Info) {
        requireOperator(context)
        return listDomains(context, args, pageFields(info))
      },
      async domain(_: unknown, { name }: { name: string }, context: Context) {
        requireOperator(context)
        return (await findDomainByName(context.db, name)) ?? null
      },
      async currentDomain(_: unknown, __: unknown, context: Context) {
        requirePerson(context)
        return getDomain(context.db, context.domainId)
      },
      async consumers(
        _: unknown,
        args: PageArguments & Named & { active?: boolean | null },
        context: Context,
        info: Info,
      ) {
        const domainId = await getSettingsDomain(context, 'read', { domain: args.domain, path: 'domain' })
        return listConsumers(context, domainId, args, pageFields(info))
      },
      async consumer(_: unknown, { id, domain }: { id: string } & Named, context: Context) {
        const domainId = await getSettingsDomain(context, 'read', { domain, path: 'domain' })
        return findConsumer(context, domainId, id)
      },
      async requestStatistics(
        _: unknown,
        { domain, ...args }: PeriodArguments & { consumerId?: string | null } & Named,
        context: Context,
      ) {
        const domainId = await getSettingsDomain(context, 'read', { domain, path: 'domain' })
        return getRequestStatistics(context, domainId, args)
      },
      ...auditQueries,
    },
    Mutation: {
      ...events.Mutation,
      createDomain: operatorMutation(createDomain, followers),
      updateDomain: operatorMutation(updateDomain, followers),
      enableDomain: operatorMutation(enableDomain, followers),
      disableDomain: operatorMutation(disableDomain, followers),
      scheduleDomainDeletion: operatorMutation(scheduleDomainDeletion, followers),
      cancelDomainDeletion: operatorMutation(cancelDomainDeletion, followers),
      createConsumer: consumerMutation((context, info, domainId, input: CreateConsumerInput) =>
        createConsumer(context, info, domainId, input),
      ),
      copyConsumer: consumerMutation((context, info, domainId, input: CopyConsumerInput) =>
        copyConsumer(context, info, domainId, input),
      ),
      updateConsumer: consumerMutation((context, info, domainId, input: UpdateConsumerInput) =>
        updateConsumer(context, info, domainId, input),
      ),
      activateConsumer: consumerMutation((context, info, domainId, input: ConsumerInput) =>
        setConsumerActive(context, info, domainId, input, true),
      ),
      deactivateConsumer: consumerMutation((context, info, domainId, input: ConsumerInput) =>
        setConsumerActive(context, info, domainId, input, false),
      ),
      addConsumerKey: keyMutation(addConsumerKey),
      updateConsumerKey: keyMutation(updateConsumerKey),
      retireConsumerKey: keyMutation(retireConsumerKey),
    },
    Domain: {
      hosts: ({ id }: Domain, _: unknown, context: Context) => loadHosts(context, id),
      deletion: readDeletion,
    },
    EnterpriseApiConsumer: {
      __resolveReference: ({ id }: { id: string }, context: Context) => loadConsumer(context, id),
      issuer: settingsField((consumer) => consumer.issuer),
      audience: settingsField((consumer) => consumer.audience),
      scopes: settingsField((consumer) => consumer.scopes),
      ipRanges: settingsField((consumer) => consumer.ipRanges),
      expiresAt: settingsField((consumer) => consumer.expiresAt),
      requestsPerMinute: settingsField((consumer) => consumer.requestsPerMinute),
      lastUsedAt: settingsField((consumer, _: object, context) => loadLastUse(context, consumer)),
      requestCount: settingsField(
        async (consumer, { hours }: { hours: number }, context) =>
          (await loadUsage(context, consumer, hours)).requests,
      ),
      errorCount: settingsField(
        async (consumer, { hours }: { hours: number }, context) =>
          (await loadUsage(context, consumer, hours)).errors,
      ),
      statistics: settingsField((consumer, args: PeriodArguments, context) =>
        loadStatistics(context, consumer, args),
      ),
      version: settingsField((consumer) => consumer.version),
      keys: settingsField((consumer, args: { includeRetired: boolean | null }, context) =>
        loadKeys(context, consumer, args),
      ),
    },
    ConsumerKey: {
      retired: (key: ConsumerKey) => findRetirement(key) !== null,
      retiredAt: (key: ConsumerKey) => findRetirement(key),
      lastUsedAt: (key: ConsumerKey, _: unknown, context: Context) => loadKeyUse(context, key),
    },
    ...auditTypes,
  }
}

/** What is asked for of a connection and of its pageInfo. */
function pageFields(info: Info): Set<string> {
  return new Set([...requestedFields(info), ...requestedFields(info, 'pageInfo')])
}

/** A field of a consumer that only its domain's settings and operators show. */
function settingsField<Args, Value>(
  read: (consumer: Consumer, args: Args, context: Context) => Value,
): (consumer: Consumer, args: Args, context: Context) => Value {
  return (consumer, args, context) => {
    requireSettings(context, 'read')
    return read(consumer, args, context)
  }
}

function operatorMutation<Input>(
  change: (context: Context, info: Info, input: Input, followers: Followers) => Promise<number>,
  followers: Followers,
) {
  return async (_: unknown, { input }: { input: Input & Echo & Named }, context: Context, info: Info) => {
    requireOperator(context)
    const domainId = await change(context, info, input, followers)
    return { clientMutationId: input.clientMutationId, domain: await getDomain(context.db, domainId) }
  }
}

function consumerMutation<Input>(
  change: (context: Context, info: Info, domainId: number, input: Input) => Promise<string>,
) {
  return async (_: unknown, { input }: { input: Input & Echo & Named }, context: Context, info: Info) => {
    const { domain, clientMutationId } = input
    const domainId = await getSettingsDomain(context, 'write', { domain, path: 'input.domain' })
    const id = await change(context, info, domainId, input)
    return { clientMutationId, consumer: await findConsumer(context, domainId, id) }
  }
}

function keyMutation<Input>(
  change: (
    context: Context,
    info: Info,
    domainId: number,
    input: Input,
  ) => Promise<{ consumerId: string; keyId: string }>,
) {
  return async (_: unknown, { input }: { input: Input & Echo & Named }, context: Context, info: Info) => {
    const { domain, clientMutationId } = input
    const domainId = await getSettingsDomain(context, 'write', { domain, path: 'input.domain' })
    const { consumerId, keyId } = await change(context, info, domainId, input)
    const consumer = await findConsumer(context, domainId, consumerId)
    return { clientMutationId, consumer, key: await getKey(context, domainId, keyId) }
  }
}

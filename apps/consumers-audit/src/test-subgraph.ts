import { openDatabase } from '@commonchart/database'
import {
  createKeySet,
  identityHeader,
  openServiceChannel,
  type Identity,
  type ServiceChannel,
} from '@commonchart/identity'
import { buildSubgraph, createServices, startSubgraph, type RecordChanges } from '@commonchart/subgraph'
import {
  createConsumerKey,
  createOperatorIdentity,
  createServiceIdentity,
  createTestRecordKeys,
  createTestServiceKeys,
  openTestDatabase,
  writeRecordFrame,
} from '@commonchart/testing'
import type { Kysely } from 'kysely'
import { pino } from 'pino'
import type { RecordedRequest } from './access/access-record.ts'
import { openMasterKeys } from './access/master-keys.ts'
import { openAccessLog, type AccessLogParts } from './access/parts.ts'
import { answerCheckpoints } from './audit/checkpoint-endpoint.ts'
import { receiveRecordedChanges, recordOwnChanges } from './audit/recorded-changes.ts'
import { createAddressPolicy } from './events/addresses.ts'
import { openEvents, type EventParts } from './events/parts.ts'
import type { RegistryChanges } from './registry.ts'
import { createRegistryEndpoint, openRegistryWatch } from './registry-watch.ts'
import { createResolvers } from './resolvers.ts'
import type { Tables } from './tables.ts'

const name = 'consumers-audit'

/** A GraphQL answer, with its data loosely typed: tests assert on what is in it. */
export interface Answer {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the shape is what each test asserts
  data: any
  errors?: { message: string; path?: string[]; extensions: Record<string, unknown> }[]
  extensions?: Record<string, unknown>
}

/** This subgraph in the test's own process, on a database of its own, with no domain yet. */
export interface TestSubgraph {
  db: Kysely<Tables>
  adminUrl: string
  /** As the program itself connects. */
  appUrl: string
  url: string
  access: AccessLogParts
  events: EventParts
  /** The file of its master keys. */
  masterKeysFile: string
  /** Records requests as a gateway does, and gives the answer. */
  record(...records: RecordedRequest[]): Promise<{ status: number; answer: unknown }>
  /** Posts anything to a path as anybody. */
  send(path: string, identity: Identity, body: string | Buffer): Promise<Response>
  /** Opens a channel to a path as a service. Must be closed. */
  openChannel(path: string, service: string): ServiceChannel
  ask(identity: Identity, query: string, variables?: Record<string, unknown>): Promise<Answer>
  /** Asks, and gives the code of the first error, or `accepted`. */
  codeOf(identity: Identity, query: string, variables?: Record<string, unknown>): Promise<string>
  follow(since: number): Promise<RegistryChanges>
  /** Makes a domain as an operator and gives its id. */
  createDomain(domain: string): Promise<number>
  close(): Promise<void>
}

/**
 * Opens the subgraph for a test file; `now` is the clock of the access log, `recordChanges` stands in for the audit log of what
 * this subgraph itself changes. Must be closed.
 */
export async function openTestSubgraph(
  options: { now?: () => number; recordChanges?: RecordChanges } = {},
): Promise<TestSubgraph> {
  const database = await openTestDatabase(new URL('../migrations/', import.meta.url))
  const serviceKeys = createTestServiceKeys()
  const gateway = serviceKeys.signers.gateway
  const own = serviceKeys.signers[name]
  if (!gateway || !own) throw new Error('the test keys lack the gateway or this service')
  const db = openDatabase<Tables>(database.url)
  const watch = openRegistryWatch(database.url)
  const recordKeys = createTestRecordKeys()
  const logger = pino({ level: process.env.TEST_LOG_LEVEL ?? 'silent' })
  const masterKeys = openMasterKeys(recordKeys.masterKeys, { checkEveryMs: 0 })
  const opened = { db, logger, masterKeys, retentionDays: 90, now: options.now }
  const access = openAccessLog(opened)
  const policy = createAddressPolicy('127.0.0.0/8')
  const events = openEvents({ ...opened, policy })
  await events.keepDeliveries()
  const running = await startSubgraph<Tables>({
    name,
    db,
    schema: buildSubgraph({
      schemaFolder: new URL('../schema/', import.meta.url),
      resolvers: createResolvers(['patients', 'appointments'], access.resolvers, events.resolvers),
    }),
    keys: createKeySet({ keys: serviceKeys.publicJwks }),
    services: createServices({}, own),
    logger,
    host: '127.0.0.1',
    port: 0,
    recordChanges: options.recordChanges ?? recordOwnChanges,
    events: { 'audit.recorded': receiveRecordedChanges },
    internal: {
      '/internal/registry': createRegistryEndpoint(watch),
      '/internal/checkpoints': answerCheckpoints,
    },
    bytes: access.bytes,
    streams: access.streams,
    domainExport: access.domainExport,
  })

  const send: TestSubgraph['send'] = (path, identity, body) =>
    fetch(new URL(path, running.url), {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        [identityHeader]: gateway.sign(identity, name, body),
      },
      body,
    })
  const post = async (path: string, identity: Identity, content: unknown): Promise<unknown> =>
    (await send(path, identity, JSON.stringify(content))).json()
  const ask: TestSubgraph['ask'] = async (identity, query, variables) =>
    (await post('/graphql', identity, { query, variables })) as Answer

  return {
    db,
    adminUrl: database.adminUrl,
    appUrl: database.url,
    url: running.url,
    access,
    events,
    masterKeysFile: recordKeys.masterKeys,
    async record(...records) {
      const frame = writeRecordFrame({ gateway: 'test-gateway', records })
      const response = await send('/internal/record', createServiceIdentity('gateway'), frame)
      const text = await response.text()
      return { status: response.status, answer: response.status === 200 ? JSON.parse(text) : text }
    },
    send,
    openChannel(path, service) {
      const signer = serviceKeys.signers[service]
      if (!signer) throw new Error(`there are no keys of ${service}`)
      const createIdentity = () => createServiceIdentity(service)
      return openServiceChannel({ url: new URL(path, running.url), audience: name, signer, createIdentity })
    },
    ask,
    async codeOf(identity, query, variables) {
      const { errors } = await ask(identity, query, variables)
      return errors ? String(errors[0]?.extensions.code) : 'accepted'
    },
    follow: async (since) =>
      (await post('/internal/registry', createServiceIdentity('gateway'), { since })) as RegistryChanges,
    async createDomain(domain) {
      const input = { name: domain, hosts: [`${domain}.test`], zone: 'America/Toronto' }
      const { data } = await ask(
        createOperatorIdentity(),
        'mutation ($input: CreateDomainInput!) { createDomain(input: $input) { domain { id } } }',
        { input },
      )
      return Number(data.createDomain.domain.id)
    },
    async close() {
      await watch.close()
      await running.stop()
      await db.destroy()
      await database.close()
      serviceKeys.close()
      recordKeys.close()
    },
  }
}

/** What `createConsumer` takes, with a fresh key. */
export function consumerInput(
  consumer: string,
  more: Record<string, unknown> = {},
): Record<string, unknown> & { publicKey: string } {
  return { name: consumer, publicKey: createConsumerKey().publicPem, ...more }
}

export const createConsumerMutation = `mutation ($input: CreateConsumerInput!) {
  createConsumer(input: $input) {
    clientMutationId
    consumer { id name active issuer audience version createdAt updatedAt keys { id kid thumbprint publicKey retired } }
  }
}`

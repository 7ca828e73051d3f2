import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findFreePort } from '@commonchart/embedded-database'
import {
  createTestPeopleKeys,
  createTestRecordKeys,
  createTestServiceKeys,
  markWholeStack,
  openTestDatabase,
  type TestServer,
} from '@commonchart/testing'
import { createAsk, type Ask } from './ask.ts'
import { startService, type RunningService } from './service.ts'
import { createDomains, type StackDomain } from './stack-domains.ts'

const subgraphs = ['patients', 'appointments', 'consumers-audit'] as const

/** Every process of the product, on databases of its own, with two domains, each with a consumer. */
export interface Stack {
  url: string
  operatorUrl: string
  /** The addresses of all gateways; `url` is that of the first. */
  gateways: string[]
  north: StackDomain
  south: StackDomain
  services: Record<string, RunningService>
  databases: Record<string, { url: string; adminUrl: string }>
  keys: ReturnType<typeof createTestServiceKeys>
  people: ReturnType<typeof createTestPeopleKeys>
  /** Where a service answers, without a path. */
  urlOf(service: string): string
  /** Where a gateway keeps the checkpoints that it saw. */
  anchorsOf(gateway: string): string
  ask: Ask
  askOperator(query: string, variables?: object): ReturnType<Ask>
  /** Starts a service anew, as it was configured, after it was stopped. */
  restart(name: string): Promise<void>
  stop(): Promise<void>
}

/** Starts the whole stack as processes and speaks to it only over HTTP. Must be stopped. */
export async function startStack(
  overrides: {
    gateway?: Record<string, string>
    consumersAudit?: Record<string, string>
    /** How many gateways there are; one unless it is said. */
    gateways?: number
    /** How many processes serve appointments; one unless it is said. */
    appointments?: number
    /** Where the databases are, for a test that kills the server; otherwise on the one that all tests share. */
    server?: TestServer
  } = {},
): Promise<Stack> {
  const keys = createTestServiceKeys()
  const people = createTestPeopleKeys()
  const recordKeys = createTestRecordKeys()
  const databases = Object.fromEntries(
    await Promise.all(
      subgraphs.map(
        async (name) =>
          [
            name,
            await openTestDatabase(new URL(`../../${name}/migrations/`, import.meta.url), overrides.server),
          ] as const,
      ),
    ),
  )
  await markWholeStack(Object.values(databases).map(({ adminUrl }) => adminUrl))
  const furtherOf = (name: string, count = 1) =>
    Array.from({ length: count - 1 }, (_, n) => `${name}-${n + 2}`)
  const others = furtherOf('gateway', overrides.gateways)
  const twins = furtherOf('appointments', overrides.appointments)
  const ports = Object.fromEntries(
    await Promise.all(
      [...subgraphs, 'gateway', 'operator', ...others, ...twins].map(
        async (name) => [name, await findFreePort()] as const,
      ),
    ),
  )
  const urlOf = (name: string): string => `http://127.0.0.1:${ports[name]}`
  const anchors = mkdtempSync(join(tmpdir(), 'commonchart-anchors-'))
  const anchorsOf = (gateway: string): string => join(anchors, gateway)
  const services: Record<string, RunningService> = {}
  const environments: Record<string, Record<string, string>> = {}
  for (const name of subgraphs)
    environments[name] = {
      HOST: '127.0.0.1',
      PORT: String(ports[name]),
      DATABASE_URL: databases[name]?.url ?? '',
      WORKER_DATABASE_URL: databases[name]?.workerUrl ?? '',
      IDENTITY_JWKS: keys.jwksFile,
      SERVICE_KEYS: keys.keyFiles[name] ?? '',
      PATIENTS_URL: urlOf('patients'),
      APPOINTMENTS_URL: urlOf('appointments'),
      CONSUMERS_AUDIT_URL: urlOf('consumers-audit'),
      ...(name === 'consumers-audit' && {
        ...{ ...recordKeys.environment, EVENT_NETWORKS: '127.0.0.0/8' },
        ...overrides.consumersAudit,
      }),
    }
  for (const name of twins) environments[name] = { ...environments.appointments, PORT: String(ports[name]) }
  environments.gateway = {
    HOST: '127.0.0.1',
    PORT: String(ports.gateway),
    OPERATOR_HOST: '127.0.0.1',
    OPERATOR_PORT: String(ports.operator),
    SUPERGRAPH: new URL('../../gateway/supergraph.graphql', import.meta.url).pathname,
    SUBGRAPH_URL_PATIENTS: `${urlOf('patients')}/graphql`,
    SUBGRAPH_URL_APPOINTMENTS: ['appointments', ...twins].map((name) => `${urlOf(name)}/graphql`).join(),
    SUBGRAPH_URL_CONSUMERS_AUDIT: `${urlOf('consumers-audit')}/graphql`,
    CONSUMERS_AUDIT_URL: urlOf('consumers-audit'),
    IDENTITY_JWKS: keys.jwksFile,
    SERVICE_KEYS: keys.keyFiles.gateway ?? '',
    PEOPLE_JWKS: people.jwksFile,
    CHECKPOINT_ANCHORS: anchorsOf('gateway'),
    ...overrides.gateway,
  }
  for (const name of others)
    environments[name] = {
      ...environments.gateway,
      PORT: String(ports[name]),
      OPERATOR_PORT: '0',
      CHECKPOINT_ANCHORS: anchorsOf(name),
    }
  const start = async (name: string): Promise<void> => {
    services[name] = await startService(name, environments[name] ?? {})
  }
  const stop = async (): Promise<void> => {
    await Promise.all(Object.values(services).map((service) => service.stop()))
    await Promise.all(Object.values(databases).map((database) => database.close()))
    keys.close()
    people.close()
    recordKeys.close()
    rmSync(anchors, { recursive: true, force: true })
  }
  const starts = await Promise.allSettled(Object.keys(environments).map(start))
  const failed = starts.find((each) => each.status === 'rejected')
  if (failed) {
    // Processes that are left running would keep the test's own from ending.
    await stop()
    throw failed.reason
  }
  const ask = createAsk()
  const operatorUrl = `${urlOf('operator')}/operator/graphql`
  const stack: Stack = {
    url: urlOf('gateway'),
    operatorUrl,
    gateways: ['gateway', ...others].map(urlOf),
    north: {} as StackDomain,
    south: {} as StackDomain,
    services,
    databases,
    keys,
    people,
    urlOf,
    anchorsOf,
    ask,
    askOperator: (query, variables) =>
      ask(operatorUrl, { query, variables, token: people.signOperatorToken() }),
    restart: start,
    stop,
  }
  const [north, south] = await createDomains(stack)
  return Object.assign(stack, { north, south })
}

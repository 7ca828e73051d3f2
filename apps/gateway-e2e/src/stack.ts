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
import { subgraphNames, toVariable } from '@commonchart/subgraph-list'
import { createAsk, type Ask } from './ask.ts'
import type { Front } from './fronts.ts'
import { startService, type RunningService } from './service.ts'
import { createDomains, type StackDomain } from './stack-domains.ts'

/** Where each subgraph finds the others. */
const addressesBy = (urlOf: (name: string) => string): Record<string, string> =>
  Object.fromEntries(subgraphNames.map((name) => [`${toVariable(name)}_URL`, urlOf(name)]))

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
  /** What a process tells Prometheus, in a stack that is observed. */
  readMetrics(service: string): Promise<string>
  ask: Ask
  askOperator(query: string, variables?: object): ReturnType<Ask>
  /** What the process of a service is configured with. */
  environmentOf(service: string): Record<string, string>
  /** Starts a service anew, as it was configured, after it was stopped. */
  restart(name: string): Promise<void>
  stop(): Promise<void>
}

/** Starts the whole stack as processes and speaks to it only over HTTP. Must be stopped. */
export async function startStack(
  overrides: {
    /** What a gateway is configured with beside the usual, or what makes it of the gateway's name and the addresses. */
    gateway?:
      Record<string, string> | ((name: string, urlOf: (service: string) => string) => Record<string, string>)
    consumersAudit?: Record<string, string>
    /** How many gateways there are; one unless it is said. */
    gateways?: number
    /** How many processes serve appointments; one unless it is said. */
    appointments?: number
    /** Addresses that stay while the processes behind them are replaced, by service; without one a service has its own. */
    fronts?: Record<string, Front>
    /** Where the databases are, for a test that kills the server; otherwise on the one that all tests share. */
    server?: TestServer
    /** Done before anything is started, and after the addresses are known. */
    prepare?: () => Promise<unknown>
    /** Where every process sends its spans; then each keeps metrics, too. */
    spansTo?: string
    /** The share of requests that is traced: all of them, unless it is said; nothing leaves it as it is by default. */
    spansOf?: string
  } = {},
): Promise<Stack> {
  const keys = createTestServiceKeys()
  const people = createTestPeopleKeys()
  const recordKeys = createTestRecordKeys()
  const databases = Object.fromEntries(
    await Promise.all(
      subgraphNames.map(
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
      [...subgraphNames, 'gateway', 'operator', ...others, ...twins].map(
        async (name) => [name, await findFreePort()] as const,
      ),
    ),
  )
  const { fronts = {} } = overrides
  for (const [name, front] of Object.entries(fronts)) front.lead([ports[name] ?? 0])
  const urlOf = (name: string): string => fronts[name]?.url ?? `http://127.0.0.1:${ports[name]}`
  const metricsPorts: Record<string, number> = {}
  const observe = async (name: string): Promise<Record<string, string>> => {
    if (overrides.spansTo === undefined) return {}
    metricsPorts[name] ??= await findFreePort()
    return {
      METRICS_PORT: String(metricsPorts[name]),
      OTEL_EXPORTER_OTLP_ENDPOINT: overrides.spansTo,
      OTEL_TRACES_SAMPLER_ARG: overrides.spansOf ?? '1',
      // Tests wait for spans; what is as by default is measured.
      OTEL_BSP_SCHEDULE_DELAY: overrides.spansOf === undefined ? '100' : '',
    }
  }
  const anchors = mkdtempSync(join(tmpdir(), 'commonchart-anchors-'))
  const anchorsOf = (gateway: string): string => join(anchors, gateway)
  const services: Record<string, RunningService> = {}
  const environments: Record<string, Record<string, string>> = {}
  for (const name of subgraphNames)
    environments[name] = {
      HOST: '127.0.0.1',
      PORT: String(ports[name]),
      DATABASE_URL: databases[name]?.url ?? '',
      WORKER_DATABASE_URL: databases[name]?.workerUrl ?? '',
      IDENTITY_JWKS: keys.jwksFile,
      SERVICE_KEYS: keys.keyFiles[name] ?? '',
      ...addressesBy(urlOf),
      ...(name === 'consumers-audit' && {
        ...{ ...recordKeys.environment, SUBGRAPHS: subgraphNames.join(), EVENT_NETWORKS: '127.0.0.0/8' },
        ...overrides.consumersAudit,
      }),
    }
  for (const name of twins) environments[name] = { ...environments.appointments, PORT: String(ports[name]) }
  const overrideOf = (name: string): Record<string, string> =>
    typeof overrides.gateway === 'function' ? overrides.gateway(name, urlOf) : (overrides.gateway ?? {})
  environments.gateway = {
    HOST: '127.0.0.1',
    PORT: String(ports.gateway),
    OPERATOR_HOST: '127.0.0.1',
    OPERATOR_PORT: String(ports.operator),
    SUPERGRAPH: new URL('../../gateway/supergraph.graphql', import.meta.url).pathname,
    ...Object.fromEntries(
      subgraphNames.map((name) => {
        const all = [name, ...(name === 'appointments' ? twins : [])]
        return [`SUBGRAPH_URL_${toVariable(name)}`, all.map((each) => `${urlOf(each)}/graphql`).join()]
      }),
    ),
    CONSUMERS_AUDIT_URL: urlOf('consumers-audit'),
    IDENTITY_JWKS: keys.jwksFile,
    SERVICE_KEYS: keys.keyFiles.gateway ?? '',
    PEOPLE_JWKS: people.jwksFile,
    CHECKPOINT_ANCHORS: anchorsOf('gateway'),
    ...overrideOf('gateway'),
  }
  for (const name of others)
    environments[name] = {
      ...environments.gateway,
      PORT: String(ports[name]),
      OPERATOR_PORT: '0',
      CHECKPOINT_ANCHORS: anchorsOf(name),
      ...(typeof overrides.gateway === 'function' && overrideOf(name)),
    }
  /** Who replaces processes lets them drain as by default; otherwise nobody waits for it. */
  const environmentOf = (name: string): Record<string, string> => ({
    ...environments[name],
    ...(overrides.fronts && { DRAIN_MS: '' }),
  })
  const start = async (name: string): Promise<void> => {
    services[name] = await startService(name, { ...environmentOf(name), ...(await observe(name)) })
  }
  const stop = async (): Promise<void> => {
    await Promise.all(Object.values(services).map((service) => service.stop()))
    await Promise.all(Object.values(databases).map((database) => database.close()))
    keys.close()
    people.close()
    recordKeys.close()
    rmSync(anchors, { recursive: true, force: true })
  }
  await overrides.prepare?.()
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
    environmentOf,
    readMetrics: async (name) => (await fetch(`http://127.0.0.1:${metricsPorts[name]}/metrics`)).text(),
    ask,
    askOperator: (query, variables) =>
      ask(operatorUrl, { query, variables, token: people.signOperatorToken() }),
    restart: start,
    stop,
  }
  const [north, south] = await createDomains(stack)
  return Object.assign(stack, { north, south })
}

import { subgraphNames, toVariable } from '@commonchart/subgraph-list'
import type { Home } from '../environment/home.ts'
import type { StartConfig } from './config.ts'
import type { SubgraphDatabase } from './databases.ts'

type Variables = Record<string, string>

/** The environment of a subgraph's process. */
export function createSubgraphEnvironment(
  name: string,
  database: SubgraphDatabase,
  home: Home,
  config: StartConfig,
): Variables {
  return {
    ...createCommonEnvironment(name, home),
    HOST: '127.0.0.1',
    PORT: String(config.ports[name]),
    DATABASE_URL: database.app,
    WORKER_DATABASE_URL: database.worker,
    ...Object.fromEntries(subgraphNames.map((other) => [`${toVariable(other)}_URL`, urlOf(other, config)])),
    ...(name === 'consumers-audit' && createRecordEnvironment(home)),
  }
}

/** What the subgraph of the record has beside what every subgraph has. */
function createRecordEnvironment(home: Home): Variables {
  return {
    RECORD_MASTER_KEYS: home.recordMasterKeys,
    AUDIT_SIGNING_KEY: home.auditSigningKey,
    CHECKPOINT_WITNESS: home.checkpointWitness,
    SUBGRAPHS: subgraphNames.join(),
    // Receivers that are being written run on this machine.
    EVENT_NETWORKS: '127.0.0.0/8,::1',
  }
}

/** The environment of the gateway's process. */
export function createGatewayEnvironment(supergraph: string, home: Home, config: StartConfig): Variables {
  return {
    ...createCommonEnvironment('gateway', home),
    HOST: '127.0.0.1',
    PORT: String(config.ports.gateway),
    OPERATOR_HOST: '127.0.0.1',
    OPERATOR_PORT: String(config.ports.operator),
    SUPERGRAPH: supergraph,
    CONSUMERS_AUDIT_URL: urlOf('consumers-audit', config),
    PEOPLE_JWKS: home.peopleJwks,
    CHECKPOINT_ANCHORS: home.anchors,
    ...Object.fromEntries(
      subgraphNames.map((name) => [`SUBGRAPH_URL_${toVariable(name)}`, `${urlOf(name, config)}/graphql`]),
    ),
  }
}

/** The environment of the console's process. */
export function createConsoleEnvironment(databaseUrl: string, home: Home, config: StartConfig): Variables {
  return {
    HOST: '127.0.0.1',
    PORT: String(config.ports.console),
    PUBLIC_URL: consoleUrlOf(config.ports.console),
    OPERATOR_HOST: '127.0.0.1',
    OPERATOR_PORT: String(config.ports['console-operator']),
    OPERATOR_PUBLIC_URL: consoleUrlOf(config.ports['console-operator']),
    DATABASE_URL: databaseUrl,
    GATEWAY_URL: `http://127.0.0.1:${config.ports.gateway}`,
    OPERATOR_GRAPH_URL: `http://127.0.0.1:${config.ports.operator}/operator/graphql`,
    CONSOLE_KEY: home.consoleKey,
    OPERATOR_KEY: home.operatorKey,
    SESSION_SECRET: home.consoleSecret,
    FIRST_LINKS: home.consoleFirstLinks,
    FIRST_DOMAINS: config.demo ? 'demo' : '',
    LOG_LEVEL: 'info',
    NODE_COMPILE_CACHE: home.compileCache,
  }
}

const observed = ['gateway', ...subgraphNames, 'console']

/** Gives each service a port of its own for its metrics, where they are asked for: `npm start` hands its environment to all. */
export function createMetricsEnvironment(name: string, { metricsPort }: StartConfig): Variables {
  return metricsPort === null ? {} : { METRICS_PORT: String(metricsPort + observed.indexOf(name)) }
}

/** Where a browser on this machine reaches a page of the console. */
export function consoleUrlOf(port: number): string {
  return `http://localhost:${port}`
}

/** Where a service answers, without a path. */
export function urlOf(name: string, config: StartConfig): string {
  return `http://127.0.0.1:${config.ports[name]}`
}

function createCommonEnvironment(name: string, home: Home): Variables {
  return {
    IDENTITY_JWKS: home.identityJwks,
    SERVICE_KEYS: home.serviceKeys(name),
    LOG_LEVEL: 'info',
    // All of it ends together: nobody is sent elsewhere.
    DRAIN_MS: '0',
    APOLLO_TELEMETRY_DISABLED: '1',
    // Compiled code and stripped types are kept from one start to the next.
    NODE_COMPILE_CACHE: home.compileCache,
  }
}

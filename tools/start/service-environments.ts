import type { Home } from '../environment/home.ts'
import { subgraphs, type Subgraph } from '../environment/service-keys.ts'
import { toVariable, type StartConfig } from './config.ts'
import type { SubgraphDatabase } from './databases.ts'

type Variables = Record<string, string>

/** The environment of a subgraph's process. */
export function createSubgraphEnvironment(
  name: Subgraph,
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
    ...Object.fromEntries(subgraphs.map((other) => [`${toVariable(other)}_URL`, urlOf(other, config)])),
    ...(name === 'consumers-audit' && createRecordEnvironment(home)),
  }
}

/** What the subgraph of the record has beside what every subgraph has. */
function createRecordEnvironment(home: Home): Variables {
  return {
    RECORD_MASTER_KEYS: home.recordMasterKeys,
    AUDIT_SIGNING_KEY: home.auditSigningKey,
    CHECKPOINT_WITNESS: home.checkpointWitness,
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
      subgraphs.map((name) => [`SUBGRAPH_URL_${toVariable(name)}`, `${urlOf(name, config)}/graphql`]),
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

/** Where a browser on this machine reaches a page of the console. */
export function consoleUrlOf(port: number): string {
  return `http://localhost:${port}`
}

/** Where a service answers, without a path. */
export function urlOf(name: Subgraph, config: StartConfig): string {
  return `http://127.0.0.1:${config.ports[name]}`
}

function createCommonEnvironment(name: string, home: Home): Variables {
  return {
    IDENTITY_JWKS: home.identityJwks,
    SERVICE_KEYS: home.serviceKeys(name),
    LOG_LEVEL: 'info',
    APOLLO_TELEMETRY_DISABLED: '1',
    // Compiled code and stripped types are kept from one start to the next.
    NODE_COMPILE_CACHE: home.compileCache,
  }
}

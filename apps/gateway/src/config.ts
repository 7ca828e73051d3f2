import { readDrainMs } from '@commonchart/identity'
import { readTelemetryConfig, type TelemetryConfig } from '@commonchart/telemetry'
import { readLimits, type Limits } from './limits/limits.ts'

/** What the gateway is configured with, from its environment. */
export interface GatewayConfig {
  host: string
  port: number
  operatorHost: string
  operatorPort: number
  /** A path or an HTTP(S) URL. */
  supergraph: string
  /** How often the supergraph is looked at; null leaves it to the kind of place. */
  supergraphEveryMs: number | null
  /** Addresses by subgraph that stand in for those of the supergraph. */
  subgraphUrls: Record<string, string[]>
  consumersAuditUrl: string
  /** File of the gateway's private keys. */
  serviceKeys: string
  /** File of the public keys that sign for people of the console and operators. */
  peopleJwks: string
  /** Folder that keeps the newest checkpoints of the audit log; without it they are kept in memory alone. */
  checkpointAnchors: string | null
  /** File of the verifier key of checkpoints; without it the first key seen is kept with the anchors. */
  checkpointKey: string | null
  /** Addresses or networks (CIDR) that may speak of the client's address and host. */
  trustedProxies: string[]
  tls: { certFile: string; keyFile: string } | null
  logLevel: string
  /** How long it goes on serving after SIGTERM, in milliseconds. */
  drainMs: number
  limits: Limits
  telemetry: TelemetryConfig
}

type Environment = Record<string, string | undefined>

/** Names everything that is wrong with an environment, at once. */
export class BadConfiguration extends Error {
  readonly problems: string[]
  constructor(problems: string[]) {
    super(`the gateway cannot start: ${problems.join('; ')}`)
    this.name = 'BadConfiguration'
    this.problems = problems
  }
}

/** Turns the environment into the gateway's configuration. Throws `BadConfiguration` that names all that is wrong. */
export function readConfig(environment: Environment): GatewayConfig {
  const problems: string[] = []
  const need = (name: string, meaning: string): string => {
    const value = environment[name]
    if (!value) problems.push(`${name} is missing (${meaning})`)
    return value ?? ''
  }
  const needPort = (name: string): number => {
    const port = Number(need(name, 'the port to listen on'))
    if (!Number.isInteger(port) || port < 0 || port > 65_535) problems.push(`${name} is no port`)
    return port
  }
  const { TLS_CERT: certFile, TLS_KEY: keyFile } = environment
  if (Boolean(certFile) !== Boolean(keyFile))
    problems.push('TLS_CERT and TLS_KEY come together or not at all')
  const drainMs = readDrainMs(environment.DRAIN_MS)
  if (drainMs === undefined) problems.push('DRAIN_MS is no number of milliseconds up to 60000')
  const config: GatewayConfig = {
    host: environment.HOST || '127.0.0.1',
    port: needPort('PORT'),
    operatorHost: environment.OPERATOR_HOST || '127.0.0.1',
    operatorPort: needPort('OPERATOR_PORT'),
    supergraph: need('SUPERGRAPH', 'path or URL of the supergraph'),
    supergraphEveryMs: readPollMs(environment, problems),
    subgraphUrls: readSubgraphUrls(environment),
    consumersAuditUrl: need('CONSUMERS_AUDIT_URL', 'where consumers-audit answers, without a path'),
    serviceKeys: need('SERVICE_KEYS', 'file of the gateway’s private keys'),
    peopleJwks: need('PEOPLE_JWKS', 'file of the public keys of console and operators'),
    checkpointAnchors: environment.CHECKPOINT_ANCHORS || null,
    checkpointKey: environment.CHECKPOINT_KEY || null,
    trustedProxies: splitList(environment.TRUSTED_PROXIES),
    tls: certFile && keyFile ? { certFile, keyFile } : null,
    logLevel: environment.LOG_LEVEL || 'info',
    drainMs: drainMs ?? 0,
    limits: readLimits(environment, problems),
    telemetry: readTelemetryConfig(environment, problems),
  }
  const safe = config.tls !== null || environment.BEHIND_TLS === '1'
  for (const [name, host] of [
    ['HOST', config.host],
    ['OPERATOR_HOST', config.operatorHost],
  ] as const)
    if (!safe && !isLoopback(host))
      problems.push(
        `${name} is ${host}, which others can reach without TLS: give TLS_CERT and TLS_KEY, or set BEHIND_TLS=1`,
      )
  if (problems.length > 0) throw new BadConfiguration(problems)
  return config
}

function readPollMs({ SUPERGRAPH_POLL_MS: text }: Environment, problems: string[]): number | null {
  if (!text) return null
  const everyMs = Number(text)
  if (!Number.isSafeInteger(everyMs) || everyMs < 100)
    problems.push('SUPERGRAPH_POLL_MS is a whole number of milliseconds, at least 100')
  return everyMs
}

const urlPrefix = 'SUBGRAPH_URL_'

function readSubgraphUrls(environment: Environment): Record<string, string[]> {
  return Object.fromEntries(
    Object.keys(environment).flatMap((name) => {
      const urls = splitList(environment[name])
      if (!name.startsWith(urlPrefix) || urls.length === 0) return []
      return [[name.slice(urlPrefix.length).toLowerCase().replaceAll('_', '-'), urls]]
    }),
  )
}

function splitList(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host)
}

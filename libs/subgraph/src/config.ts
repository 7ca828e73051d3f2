import { readDrainMs } from '@commonchart/identity'
import { readTelemetryConfig, type TelemetryConfig } from '@commonchart/telemetry'

/** What a process is configured with, from its environment. */
export interface SubgraphConfig {
  host: string
  port: number
  databaseUrl: string
  workerUrl: string | undefined
  identityJwks: string
  serviceKeys: string
  services: Record<string, string>
  logLevel: string
  /** How long it goes on serving after SIGTERM, in milliseconds. */
  drainMs: number
  telemetry: TelemetryConfig
}

type Environment = Record<string, string | undefined>

/** Names everything that is missing from an environment, at once. */
export class MissingConfiguration extends Error {
  readonly missing: string[]
  constructor(missing: string[]) {
    super(`the environment lacks: ${missing.join('; ')}`)
    this.name = 'MissingConfiguration'
    this.missing = missing
  }
}

/**
 * Turns a subgraph's environment into its configuration; `needs` names variables of its own by their meaning. Throws
 * `MissingConfiguration` that names all that is missing.
 */
export function readSubgraphConfig(
  environment: Environment,
  others: string[],
  needs: Record<string, string> = {},
): SubgraphConfig {
  const missing: string[] = []
  const need = (name: string, meaning: string): string => {
    const value = environment[name]
    if (!value) missing.push(`${name} (${meaning})`)
    return value ?? ''
  }
  const port = Number(need('PORT', 'the port to listen on'))
  if (!Number.isInteger(port) || port < 0 || port > 65_535) missing.push('PORT (a number up to 65535)')
  const services = Object.fromEntries(
    others.map((name) => [
      name,
      need(`${name.toUpperCase().replaceAll('-', '_')}_URL`, `where ${name} answers`),
    ]),
  )
  const drainMs = readDrainMs(environment.DRAIN_MS)
  if (drainMs === undefined) missing.push('DRAIN_MS (milliseconds, 60000 at most)')
  const config: SubgraphConfig = {
    host: environment.HOST || '127.0.0.1',
    port,
    databaseUrl: need('DATABASE_URL', 'the database, as the role commonchart_app'),
    workerUrl: environment.WORKER_DATABASE_URL || undefined,
    identityJwks: need('IDENTITY_JWKS', 'the file of the services’ public keys'),
    serviceKeys: need('SERVICE_KEYS', 'the file of this service’s private keys'),
    services,
    logLevel: environment.LOG_LEVEL || 'info',
    drainMs: drainMs ?? 0,
    telemetry: readTelemetryConfig(environment, missing),
  }
  for (const [name, meaning] of Object.entries(needs)) need(name, meaning)
  if (missing.length > 0) throw new MissingConfiguration(missing)
  return config
}

import { setTimeout as pause } from 'node:timers/promises'
import { describeError } from '@commonchart/errors'
import { openDatabase, type BaseTables } from '@commonchart/database'
import { openKeySet, openServiceSigner } from '@commonchart/identity'
import { openTelemetry } from '@commonchart/telemetry'
import type { Kysely } from 'kysely'
import { pino, type Logger } from 'pino'
import { buildSubgraph, type Resolvers } from './build.ts'
import type { PatientOf } from './count-reads.ts'
import { MissingConfiguration, readSubgraphConfig, type SubgraphConfig } from './config.ts'
import { createServices, type Services } from './services.ts'
import { startSubgraph, type SubgraphOptions } from './start.ts'

/** What makes a subgraph this one and no other. */
export interface SubgraphDefinition<Tables> extends Pick<
  SubgraphOptions<Tables>,
  | 'name'
  | 'tasks'
  | 'cron'
  | 'events'
  | 'references'
  | 'internal'
  | 'bytes'
  | 'streams'
  | 'recordChanges'
  | 'domainExport'
> {
  schemaFolder: URL
  /** By type and field, unless `open` gives them. */
  resolvers?: Resolvers
  /** Which types hold patients' data, and whose each row is: every answer says whom it shows. */
  patientOf?: PatientOf
  /** The other services that it calls. */
  others: string[]
  /** What it must be told beside what every subgraph is, by variable: its meaning. */
  needs?: Record<string, string>
  /** Opens what rests on the environment and the database before it serves; what it gives is added to the rest. */
  open?(opened: OpenedProcess<Tables>): Promise<OpenedParts<Tables>>
}

/** What a process has opened when its own parts are. */
export interface OpenedProcess<Tables> {
  env: Record<string, string | undefined>
  db: Kysely<Tables>
  services: Services
  logger: Logger
}

/** Parts of a subgraph that need an open database. `stop` is called when it serves no more. */
export interface OpenedParts<Tables> extends Partial<
  Pick<
    SubgraphDefinition<Tables>,
    | 'tasks'
    | 'cron'
    | 'events'
    | 'references'
    | 'internal'
    | 'bytes'
    | 'streams'
    | 'resolvers'
    | 'domainExport'
  >
> {
  stop?(): Promise<void>
}

/** A process as `main.ts` sees it. */
export interface Process {
  env: Record<string, string | undefined>
  exitCode?: number | string | null
  once(event: 'SIGTERM' | 'SIGINT', listener: () => void): unknown
  exit(code?: number): never
}

/**
 * Runs a subgraph as a process: reads its environment, opens what it needs, serves until `DRAIN_MS` after SIGTERM, or until
 * SIGINT, then answers what is under way and ends. Says in one line what is missing when it cannot start.
 */
export async function runSubgraph<Tables extends BaseTables>(
  definition: SubgraphDefinition<Tables>,
  self: Process,
): Promise<void> {
  const logger = pino({
    name: definition.name,
    level: self.env.LOG_LEVEL || 'info',
    serializers: { err: describeError },
  })
  let config: SubgraphConfig
  try {
    config = readSubgraphConfig(self.env, definition.others, definition.needs)
  } catch (error) {
    if (!(error instanceof MissingConfiguration)) throw error
    logger.fatal({ missing: error.missing }, error.message)
    self.exitCode = 1
    return
  }
  const onError = (error: unknown) => logger.warn({ err: error }, 'a connection or key file failed')
  const signer = openServiceSigner(config.serviceKeys, { onError })
  const db = openDatabase<Tables>(config.databaseUrl, { max: 20, onError })
  const telemetry = await openTelemetry(definition.name, config.telemetry, (error, spans) =>
    logger.warn({ err: error, spans }, 'spans were lost: the collector did not take them'),
  )
  const services = createServices(config.services, signer)
  const parts = (await definition.open?.({ env: self.env, db, services, logger })) ?? {}
  const whole = { ...definition, ...parts }
  const running = await startSubgraph<Tables>({
    ...whole,
    schema: buildSubgraph(whole),
    db,
    keys: openKeySet(config.identityJwks, { onError }),
    services,
    logger,
    host: config.host,
    port: config.port,
    workerUrl: config.workerUrl,
    observing: telemetry,
  })
  const stop = (drainMs: number) => {
    logger.info({ drainMs }, 'stopping')
    running.leave()
    pause(drainMs)
      .then(() => running.stop())
      .then(() => parts.stop?.())
      .then(() => db.destroy())
      .then(() => telemetry.close())
      .then(
        () => self.exit(0),
        (error: unknown) => {
          logger.error({ err: error }, 'stopping failed')
          self.exit(1)
        },
      )
  }
  self.once('SIGTERM', () => stop(config.drainMs))
  self.once('SIGINT', () => stop(0))
}

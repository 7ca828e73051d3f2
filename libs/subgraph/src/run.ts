import { openDatabase, type BaseTables } from '@commonchart/database'
import { openKeySet, openServiceSigner } from '@commonchart/identity'
import type { Kysely } from 'kysely'
import { pino, type Logger } from 'pino'
import { buildSubgraph, type Resolvers } from './build.ts'
import { MissingConfiguration, readSubgraphConfig, type SubgraphConfig } from './config.ts'
import { createServices } from './services.ts'
import { startSubgraph, type SubgraphOptions } from './start.ts'

/** What makes a subgraph this one and no other. */
export interface SubgraphDefinition<Tables> extends Pick<
  SubgraphOptions<Tables>,
  'name' | 'tasks' | 'events' | 'references' | 'internal'
> {
  schemaFolder: URL
  resolvers: Resolvers
  /** The other services that it calls. */
  others: string[]
  /** Starts what it does beside serving; stopped before the database is closed. */
  startWork?: (parts: { db: Kysely<Tables>; logger: Logger }) => BackgroundWork
}

/** What a service does by itself, whoever asks. */
export interface BackgroundWork {
  /** Ends once what is under way is done. */
  stop(): Promise<void>
}

/** A process as `main.ts` sees it. */
export interface Process {
  env: Record<string, string | undefined>
  exitCode?: number | string | null
  once(event: 'SIGTERM' | 'SIGINT', listener: () => void): unknown
  exit(code?: number): never
}

/**
 * Runs a subgraph as a process: reads its environment, opens what it needs, serves until SIGTERM or SIGINT, then
 * answers what is under way and ends. Says in one line what is missing when it cannot start.
 */
export async function runSubgraph<Tables extends BaseTables>(
  definition: SubgraphDefinition<Tables>,
  self: Process,
): Promise<void> {
  const logger = pino({ name: definition.name, level: self.env.LOG_LEVEL || 'info' })
  let config: SubgraphConfig
  try {
    config = readSubgraphConfig(self.env, definition.others)
  } catch (error) {
    if (!(error instanceof MissingConfiguration)) throw error
    logger.fatal({ missing: error.missing }, error.message)
    self.exitCode = 1
    return
  }
  const onError = (error: unknown) => logger.warn({ err: error }, 'a connection or key file failed')
  const signer = openServiceSigner(config.serviceKeys, { onError })
  const db = openDatabase<Tables>(config.databaseUrl, { max: 20, onError })
  const running = await startSubgraph<Tables>({
    ...definition,
    schema: buildSubgraph(definition),
    db,
    keys: openKeySet(config.identityJwks, { onError }),
    services: createServices(config.services, signer),
    logger,
    host: config.host,
    port: config.port,
    workerUrl: config.workerUrl,
  })
  const work = definition.startWork?.({ db, logger })
  const stop = () => {
    logger.info('stopping')
    running
      .stop()
      .then(() => work?.stop())
      .then(() => db.destroy())
      .then(
        () => self.exit(0),
        (error: unknown) => {
          logger.error({ err: error }, 'stopping failed')
          self.exit(1)
        },
      )
  }
  self.once('SIGTERM', stop)
  self.once('SIGINT', stop)
}

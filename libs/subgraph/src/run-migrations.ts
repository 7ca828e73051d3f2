import { describeError } from '@commonchart/errors'
import { DistributionRefused, migrateDatabase, readDistributedEngine } from '@commonchart/database'
import { pino } from 'pino'
import type { Process } from './run.ts'

/**
 * Brings a subgraph's database to its newest form and says what was applied. Reads `MIGRATION_DATABASE_URL` (its owner
 * or a superuser) and, to set them, the passwords of the roles: `APP_PASSWORD`, `WORKER_PASSWORD`. `DISTRIBUTED_ENGINE=citus`
 * spreads the tables over the machines of a Citus coordinator.
 */
export async function runMigrations(subgraph: { name: string; folder: URL }, self: Process): Promise<void> {
  const logger = pino({
    name: subgraph.name,
    level: self.env.LOG_LEVEL || 'info',
    serializers: { err: describeError },
  })
  const { MIGRATION_DATABASE_URL: url, APP_PASSWORD: app, WORKER_PASSWORD: worker } = self.env
  if (!url) {
    logger.fatal('the environment lacks: MIGRATION_DATABASE_URL (the database, as its owner or a superuser)')
    self.exitCode = 1
    return
  }
  try {
    const engine = readDistributedEngine(self.env.DISTRIBUTED_ENGINE)
    const { folder } = subgraph
    const applied = await migrateDatabase({ url, folder, passwords: { app, worker }, engine })
    logger.info({ applied }, 'migrated')
  } catch (error) {
    if (!(error instanceof DistributionRefused)) throw error
    logger.fatal(error.message)
    self.exitCode = 1
  }
}

import { describeError } from '@commonchart/errors'
import { migrateDatabase } from '@commonchart/database'
import { pino } from 'pino'
import type { Process } from './run.ts'

/**
 * Brings a subgraph's database to its newest form and says what was applied. Reads `MIGRATION_DATABASE_URL` (its owner
 * or a superuser) and, to set them, the passwords of the roles: `APP_PASSWORD`, `WORKER_PASSWORD`.
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
  const applied = await migrateDatabase({ url, folder: subgraph.folder, passwords: { app, worker } })
  logger.info({ applied }, 'migrated')
}

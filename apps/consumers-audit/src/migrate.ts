import { migrateDatabase } from '@commonchart/database'
import { pino } from 'pino'

const logger = pino({ name: 'consumers-audit', level: process.env.LOG_LEVEL || 'info' })
const { MIGRATION_DATABASE_URL: url, APP_PASSWORD: app, WORKER_PASSWORD: worker } = process.env

if (url) {
  const folder = new URL('../migrations/', import.meta.url)
  const applied = await migrateDatabase({ url, folder, passwords: { app, worker } })
  logger.info({ applied }, 'migrated')
} else {
  logger.fatal('the environment lacks: MIGRATION_DATABASE_URL (the database, as its owner or a superuser)')
  process.exitCode = 1
}

import { consoleRole, migrateOwnDatabase } from '@commonchart/database'

/** Brings the console's database up to date: MIGRATION_DATABASE_URL is that of a user who may create roles. */
const { MIGRATION_DATABASE_URL: url, CONSOLE_PASSWORD: password } = process.env
if (!url || !password) {
  process.stderr.write('MIGRATION_DATABASE_URL and CONSOLE_PASSWORD are needed.\n')
  process.exit(1)
}
const folder = new URL('../migrations/', import.meta.url)
const applied = await migrateOwnDatabase({ url, folder, role: consoleRole, password })
process.stdout.write(`${applied.length === 0 ? 'nothing to do' : applied.join('\n')}\n`)

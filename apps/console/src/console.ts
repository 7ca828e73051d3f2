import { readFileSync } from 'node:fs'
import type { PrivateServiceJwk } from '@commonchart/identity'
import { openTelemetry } from '@commonchart/telemetry'
import { CamelCasePlugin, Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import type { Logger } from 'pino'
import { createAuth } from './auth.ts'
import type { ConsoleConfig } from './config.ts'
import { createDomainHosts } from './domain-hosts.ts'
import { writeFirstLinks } from './first-links.ts'
import { openGraph } from './graph.ts'
import { createGuesses } from './guesses.ts'
import { openMail } from './mail.ts'
import { openPages } from './pages.ts'
import { startListener } from './server.ts'
import type { Tables } from './tables.ts'

export interface RunningConsole {
  port: number
  operatorPort: number
  /** Where metrics are to be had, if they are kept. */
  metricsPort: number | undefined
  stop(): Promise<void>
}

/** Starts both listeners of the console. Must be stopped. */
export async function startConsole(config: ConsoleConfig, logger: Logger): Promise<RunningConsole> {
  const telemetry = await openTelemetry('console', { ...config.telemetry, traces: null })
  const pool = new pg.Pool({ connectionString: config.databaseUrl, max: 10 })
  pool.on('error', (error) => logger.warn({ err: error }, 'a connection to the database was lost'))
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }), plugins: [new CamelCasePlugin()] })
  const keys = {
    console: () => readKey(config.consoleKey),
    operator: () => readKey(config.operatorKey),
  }
  const hosts = createDomainHosts(config.operatorGraphUrl, keys.operator)
  const graph = openGraph({ ...config, keys, hosts })
  const secret = readFileSync(config.sessionSecret, 'utf8').trim()
  const { firstLinks: file, firstDomains: domains, url, operatorUrl, behindTls } = config
  if (file) await writeFirstLinks(db, { file, domains, url, operatorUrl })
  const mail = config.mail && openMail(config.mail)
  const observe = telemetry.metrics?.histogram('commonchart_console_request_seconds')
  const common = { observe, db, graph, hosts, mail, logger, behindTls, domainUrl: url }
  const [people, operators] = await Promise.all([
    startListener({
      ...common,
      ...{ side: 'domain', url, host: config.host, port: config.port },
      auth: createAuth({ pool, secret, url, cookiePrefix: 'commonchart' }),
      guesses: createGuesses(),
      pages: openPages('index.html', url),
    }),
    startListener({
      ...common,
      ...{ side: 'operator', url: operatorUrl, host: config.operatorHost, port: config.operatorPort },
      auth: createAuth({ pool, secret, url: operatorUrl, cookiePrefix: 'commonchart-operator' }),
      guesses: createGuesses(),
      pages: openPages('operator.html', operatorUrl),
    }),
  ])
  return {
    port: people.port,
    operatorPort: operators.port,
    metricsPort: telemetry.metricsPort,
    async stop() {
      await Promise.all([people.drain(), operators.drain()])
      await graph.close()
      mail?.close()
      await db.destroy()
      await telemetry.close()
    },
  }
}

/** Read anew each time, so that a key that was replaced is the one that signs next. */
function readKey(file: string): PrivateServiceJwk {
  return JSON.parse(readFileSync(file, 'utf8')) as PrivateServiceJwk
}

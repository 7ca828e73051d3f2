import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { consoleRole } from '@commonchart/database'
import { createTestPeopleKeys, openOwnTestDatabase } from '@commonchart/testing'
import { pino } from 'pino'
import type { ConsoleConfig } from './config.ts'
import { startConsole } from './console.ts'
import { createPerson, type Person } from './test-person.ts'

/** The console in this process on a database of its own, behind it something that answers as a gateway and keeps what it got. */
export interface TestConsole {
  url: string
  operatorUrl: string
  /** As the superuser, for looking behind the scenes. */
  adminUrl: string
  metricsPort: number | undefined
  /** The headers of what reached the gateway. */
  reached: IncomingHttpHeaders[]
  /** All that was logged. */
  logged(): string
  /** Somebody at an address of their own, who is not signed in. */
  person(side?: 'domain' | 'operator'): Person
  /** The first member of a domain, or the first operator, signed in. */
  first(domain: 'north' | 'south' | '@platform'): Promise<Person>
  stop(): Promise<void>
}

/** Starts a console whose people are at the addresses that they say, as behind a proxy. Must be stopped. */
export async function startTestConsole(overrides: Partial<ConsoleConfig> = {}): Promise<TestConsole> {
  const folder = mkdtempSync(join(tmpdir(), 'commonchart-console-'))
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text, { mode: 0o600 })
    return join(folder, name)
  }
  const keys = createTestPeopleKeys()
  const database = await openOwnTestDatabase(new URL('../migrations/', import.meta.url), consoleRole)
  const gateway = await startGateway()
  const lines: string[] = []
  const logger = pino({ level: 'trace' }, { write: (line) => lines.push(line) })
  const [url, operatorUrl] = ['http://console.test', 'http://operators.test']
  const running = await startConsole(
    {
      ...{ host: '127.0.0.1', port: 0, url, operatorHost: '127.0.0.1', operatorPort: 0, operatorUrl },
      databaseUrl: database.url,
      gatewayUrl: gateway.url,
      apiUrl: 'http://{host}',
      operatorGraphUrl: `${gateway.url}/operator/graphql`,
      consoleKey: write('console.key.json', JSON.stringify(keys.consoleJwk)),
      operatorKey: write('operator.key.json', JSON.stringify(keys.operatorJwk)),
      sessionSecret: write('session.secret', randomBytes(32).toString('base64url')),
      firstLinks: join(folder, 'first-links.json'),
      firstDomains: ['north', 'south'],
      ...{ behindTls: true, mail: null, logLevel: 'trace', telemetry: { metrics: null, traces: null } },
      ...overrides,
    },
    logger,
  )
  const links = JSON.parse(readFileSync(join(folder, 'first-links.json'), 'utf8')) as {
    domain: string
    link: string
  }[]
  const origins = { domain: overrides.url ?? url, operator: overrides.operatorUrl ?? operatorUrl }
  const urls = {
    domain: `http://127.0.0.1:${running.port}`,
    operator: `http://127.0.0.1:${running.operatorPort}`,
  }
  const person = (side: 'domain' | 'operator' = 'domain'): Person =>
    createPerson({ url: urls[side], origin: origins[side] })
  return {
    url: urls.domain,
    operatorUrl: urls.operator,
    adminUrl: database.adminUrl,
    metricsPort: running.metricsPort,
    reached: gateway.reached,
    logged: () => lines.join(''),
    person,
    async first(domain) {
      const somebody = person(domain === '@platform' ? 'operator' : 'domain')
      await somebody.join(links.find((each) => each.domain === domain)?.link ?? '', `First of ${domain}`)
      return somebody
    },
    async stop() {
      await running.stop()
      await gateway.stop()
      await database.close()
      keys.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Knows two domains and answers everything else with nothing; the whole product is tried in apps/console-e2e. */
async function startGateway() {
  const reached: IncomingHttpHeaders[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      reached.push(request.headers)
      const body = Buffer.concat(chunks).toString()
      const name = /"name":"(north|south)"/.exec(body)?.[1]
      const domain = name ? { hosts: [`${name}.test`] } : null
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ data: { domain } }))
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    reached,
    stop: () =>
      new Promise<void>((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}

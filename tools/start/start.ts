import { reasonOf, removeEmbeddedDatabase, type EmbeddedDatabase } from '@commonchart/embedded-database'
import { subgraphNames } from '@commonchart/subgraph-list'
import { rm } from 'node:fs/promises'
import { describeHome, makeHome, type Home } from '../environment/home.ts'
import { ensureConsoleSecret, ensurePeopleKey } from '../environment/people-keys.ts'
import { ensureRecordKeys } from '../environment/record-keys.ts'
import { ensureRolePasswords, ensureServiceKeys } from '../environment/service-keys.ts'
import { findState, writeState } from '../environment/environment-state.ts'
import type { StartConfig } from './config.ts'
import { prepareConsoleDatabase, prepareDatabase, startServer } from './databases.ts'
import { lockHome } from './lock.ts'
import { checkPorts } from './ports.ts'
import type { Say } from './progress.ts'
import {
  consoleUrlOf,
  createConsoleEnvironment,
  createGatewayEnvironment,
  createMetricsEnvironment,
  createSubgraphEnvironment,
  urlOf,
} from './service-environments.ts'
import { startService, type ServiceProcess } from './service-process.ts'
import { StartError } from './start-error.ts'
import { prepareSupergraph } from './supergraph.ts'

/** The one that all others need. */
const firstSubgraph = 'consumers-audit'

/** Everything that runs: the server of the databases, the subgraphs, the gateway. */
export interface Running {
  /** What `chart` must be told to find this environment: nothing where it is in its usual place. */
  homeOption: string
  home: Home
  url: string
  operatorUrl: string
  /** Where people open the console. */
  consoleUrl: string
  /** Settles when a part ends that nobody asked to: with its name and what it said last. */
  broken: Promise<{ name: string; reason: string }>
}

/** What has been started so far, so that it can be ended at any moment, also half-way. */
export class Parts {
  server: Promise<EmbeddedDatabase | undefined> = Promise.resolve(undefined)
  readonly services: ServiceProcess[] = []
  release: () => void = () => undefined
  #stopping: Promise<void> | undefined

  /** Takes a service in. Throws when everything is being ended. */
  add(start: () => ServiceProcess): ServiceProcess {
    if (this.#stopping) throw new StartError('It was stopped while it started.')
    const service = start()
    this.services.push(service)
    return service
  }

  /** Ends the gateway, then the subgraphs, then PostgreSQL, and waits until all are gone. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  async #stop(): Promise<void> {
    const gateways = this.services.filter((service) => service.name === 'gateway')
    await Promise.all(gateways.map((service) => service.stop()))
    await Promise.all(this.services.map((service) => service.stop()))
    const server = await this.server.catch(() => undefined)
    await server?.stop()
    this.release()
  }
}

/**
 * Starts everything in the order in which each part can begin: databases while the keys are made, each subgraph as soon as
 * its database is migrated, the gateway at once, because it waits by itself. Throws `StartError` with one sentence.
 */
export async function startAll(config: StartConfig, parts: Parts, say: Say): Promise<Running> {
  const home = describeHome(config.home)
  try {
    makeHome(home)
    parts.release = lockHome(home, process.pid)
  } catch (error) {
    if (error instanceof StartError) throw error
    throw new StartError(`The folder ${home.folder} cannot be written: ${reasonOf(error)}.`, { cause: error })
  }
  if (config.reset) await resetHome(home, parts, say)
  await checkPorts(config.ports)

  const supergraph = prepareSupergraph(home, say)
  // Awaited further down; without this a failure before that would end the process without its sentence.
  supergraph.catch(() => undefined)
  parts.server = startServer(home, config.databaseUrls, say)
  parts.server.catch(() => undefined)
  ensureServiceKeys(home)
  ensureRecordKeys(home)
  ensureRolePasswords(home)
  ensurePeopleKey(home, 'console')
  ensurePeopleKey(home, 'operator')
  ensureConsoleSecret(home)

  const url = `http://localhost:${config.ports.gateway}`
  const operatorUrl = `http://127.0.0.1:${config.ports.operator}/operator/graphql`
  writeState(home, { ...findState(home), url, operatorUrl })
  const launch = (name: string, environment: Record<string, string>): ServiceProcess =>
    parts.add(() =>
      startService(name, { ...environment, ...createMetricsEnvironment(name, config) }, home.logs),
    )
  const gateway = launch('gateway', createGatewayEnvironment(await supergraph, home, config))
  const server = await parts.server
  const databasePort = config.databaseUrls.appointments ? undefined : server?.port
  writeState(home, { ...findState(home), url, operatorUrl, databasePort })
  say('bringing the databases up to date and starting the services')
  const bringUp = async (name: string): Promise<{ serving: Promise<void> }> => {
    const given = config.databaseUrls[name]
    const database = await prepareDatabase(name, { home, server, given, say })
    const service = launch(name, createSubgraphEnvironment(name, database, home, config))
    const serving = service.waitUntilReady(urlOf(name, config)).then(() => say(`${name} is ready`))
    serving.catch(() => undefined)
    return { serving }
  }
  // The first one alone: it makes the roles, which the databases of a server share.
  const first = await bringUp(firstSubgraph)
  const others = await Promise.all(subgraphNames.filter((name) => name !== firstSubgraph).map(bringUp))
  const given = config.databaseUrls.console
  const console = launch(
    'console',
    createConsoleEnvironment(await prepareConsoleDatabase({ home, server, given }), home, config),
  )
  await Promise.all([first, ...others].map(({ serving }) => serving))
  await gateway.waitUntilReady(`http://127.0.0.1:${config.ports.gateway}`)
  say('the gateway is ready')
  await console.waitUntilReady(`http://127.0.0.1:${config.ports.console}`)
  say('the console is ready')
  const homeOption = config.home === '.commonchart' ? '' : ` --home ${home.folder}`
  const consoleUrl = consoleUrlOf(config.ports.console)
  return { home, homeOption, url, operatorUrl, consoleUrl, broken: watch(parts.services, server) }
}

async function resetHome(home: Home, parts: Parts, say: Say): Promise<void> {
  say(`removing everything in ${home.folder}`)
  await removeEmbeddedDatabase(home.database, say)
  parts.release()
  await rm(home.folder, { recursive: true, force: true })
  makeHome(home)
  parts.release = lockHome(home, process.pid)
}

/** Settles at the first part that ends by itself; never when all are stopped in order. */
function watch(
  services: readonly ServiceProcess[],
  server: EmbeddedDatabase | undefined,
): Promise<{ name: string; reason: string }> {
  return new Promise((broken) => {
    const ends = [...services, ...(server ? [{ name: 'PostgreSQL', ended: server.ended }] : [])]
    for (const { name, ended } of ends)
      void ended.then((reason) => reason !== undefined && broken({ name, reason }))
  })
}

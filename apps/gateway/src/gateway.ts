import { openKeySet, openServiceSigner, type ServiceSigner } from '@commonchart/identity'
import type { Logger } from 'pino'
import { Anchors } from './anchors/anchors.ts'
import { followCheckpoints } from './anchors/follow-checkpoints.ts'
import type { GatewayConfig } from './config.ts'
import { exportPath, openExports, operatorExportPath } from './exports/exports.ts'
import { createSupergraphReader, followSupergraph } from './graphs/follow-supergraph.ts'
import { Graphs } from './graphs/graphs.ts'
import { createAdmit } from './http/admit.ts'
import { createOriginReader } from './http/client-address.ts'
import { createEdge, type EdgeOptions, type Place } from './http/edge.ts'
import { startListener } from './http/listen.ts'
import { createRecordExchange } from './http/record-exchange.ts'
import { createRateLimit } from './limits/rate-limits.ts'
import { openRecorder, type Recorder } from './recorder/recorder.ts'
import { openRefusals } from './recorder/refusals.ts'
import { startFollower } from './registry/follow.ts'
import { AddressBook } from './subgraphs/addresses.ts'
import { createDataSource } from './subgraphs/data-source.ts'

/** A gateway in service. */
export interface RunningGateway {
  port: number
  operatorPort: number
  isReady(): boolean
  /** Answers what is under way, takes nothing new, records what is left to record, then closes every connection. */
  stop(): Promise<void>
}

/** What benches and tests compose in place of the gateway's own. No setting of the environment reaches it. */
export interface GatewayParts {
  openRecorder: (url: string, signer: ServiceSigner, logger: Logger) => Recorder
}

/** Starts the gateway: what each request meets is put together here, in the order in which it meets it. */
export async function startGateway(
  config: GatewayConfig,
  logger: Logger,
  parts: GatewayParts = { openRecorder },
): Promise<RunningGateway> {
  const onError = (error: unknown): void => logger.error({ err: error }, 'a key file cannot be read')
  const { consumersAuditUrl, limits } = config
  const signer = openServiceSigner(config.serviceKeys, { onError })
  const people = openKeySet(config.peopleJwks, { onError })
  const readOrigin = createOriginReader(config.trustedProxies)
  const anchors = new Anchors({ folder: config.checkpointAnchors, keyFile: config.checkpointKey })
  const follower = startFollower(consumersAuditUrl, signer, logger)
  const checkpoints = followCheckpoints({ url: consumersAuditUrl, signer, anchors, logger })
  const recorder = parts.openRecorder(consumersAuditUrl, signer, logger)
  const refusals = openRefusals(recorder, logger)
  const addresses = new AddressBook(config.subgraphUrls)
  const exports = openExports(consumersAuditUrl, signer, { logger, addresses })
  const graphs = new Graphs({
    createSource: (name, url) =>
      createDataSource({ name, addresses: addresses.get(name, url), signer, logger }),
    limits,
    logger,
  })
  const supergraph = followSupergraph(
    createSupergraphReader(config.supergraph),
    (text) => graphs.replace(text),
    logger,
  )
  const edge: EdgeOptions = {
    graphs,
    admit: createAdmit({ follower, people, now: Date.now }),
    readOrigin,
    addressLimit: createRateLimit('address', limits.requestsPerMinutePerAddress),
    consumerLimit: createRateLimit('consumer', limits.requestsPerMinutePerConsumer),
    recorder,
    record: createRecordExchange({ recorder, refusals, logger }, limits.answerMs),
    limits,
    logger,
  }
  const publicPlaces: Record<string, Place> = {
    '/graphql': { graph: 'enterprise' },
    '/settings/graphql': { graph: 'settings' },
  }
  const exportPlace: Place = { graph: 'settings', serve: exports.serve }
  const operatorExportPlace: Place = { graph: 'operator', serve: exports.serveOperator }
  const operatorPlaces: Record<string, Place> = { '/operator/graphql': { graph: 'operator' } }
  const isReady = (): boolean => graphs.isReady && follower.isLive()
  const { host, port, operatorHost, operatorPort, tls } = config
  const closeAll = async (): Promise<void> => {
    await supergraph.close()
    await graphs.close()
    await refusals.close()
    await recorder.close()
    await exports.close()
    await checkpoints.close()
    await follower.close()
    await addresses.close()
  }
  try {
    await supergraph.looked
    const listener = await startListener({
      host,
      port,
      tls,
      answer: createEdge(
        edge,
        (path) => publicPlaces[path] ?? (exportPath.test(path) ? exportPlace : undefined),
      ),
      isReady,
    })
    const operators = await startListener({
      host: operatorHost,
      port: operatorPort,
      tls,
      answer: createEdge(
        edge,
        (path) => operatorPlaces[path] ?? (operatorExportPath.test(path) ? operatorExportPlace : undefined),
      ),
      isReady,
    })
    return {
      port: listener.port,
      operatorPort: operators.port,
      isReady,
      async stop() {
        await Promise.all([listener.drain(), operators.drain()])
        await closeAll()
      },
    }
  } catch (error) {
    await closeAll()
    throw error
  }
}

import { openKeySet, openServiceSigner, type ServiceSigner } from '@commonchart/identity'
import { openTelemetry } from '@commonchart/telemetry'
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
import { openRecorder, type OnBatch, type Recorder } from './recorder/recorder.ts'
import { openRefusals } from './recorder/refusals.ts'
import { startFollower } from './registry/follow.ts'
import { AddressBook, type AddressChange } from './subgraphs/addresses.ts'
import { createDataSource } from './subgraphs/data-source.ts'
import { createProbe } from './subgraphs/probe.ts'
import { createGatewayMetrics, showGatewayState } from './telemetry/gateway-metrics.ts'
import { createOperationNames } from './telemetry/observe.ts'

/** A gateway in service. */
export interface RunningGateway {
  port: number
  operatorPort: number
  /** Where metrics are to be had, if they are kept. */
  metricsPort: number | undefined
  isReady(): boolean
  /** Goes on serving, but says that it is not ready, and with every answer that it is the last of its connection. */
  leave(): void
  /** Answers what is under way, takes nothing new, records what is left to record, then closes every connection. */
  stop(): Promise<void>
}

/** What benches and tests compose in place of the gateway's own. No setting of the environment reaches it. */
export interface GatewayParts {
  openRecorder: (url: string, signer: ServiceSigner, logger: Logger, onBatch?: OnBatch) => Recorder
}

/** What a subgraph may take of the time of an answer: 8 s of 10, so that the rest is answered, and recorded, in time. */
const subgraphShare = 0.8

/** Starts the gateway: what each request meets is put together here, in the order in which it meets it. */
export async function startGateway(
  config: GatewayConfig,
  logger: Logger,
  parts: GatewayParts = { openRecorder },
): Promise<RunningGateway> {
  const telemetry = await openTelemetry('gateway', config.telemetry, (error, spans) =>
    logger.warn({ err: error, spans }, 'spans were lost: the collector did not take them'),
  )
  const onError = (error: unknown): void => logger.error({ err: error }, 'a key file cannot be read')
  const { consumersAuditUrl, limits } = config
  const signer = openServiceSigner(config.serviceKeys, { onError })
  const people = openKeySet(config.peopleJwks, { onError })
  const readOrigin = createOriginReader(config.trustedProxies)
  const anchors = new Anchors({ folder: config.checkpointAnchors, keyFile: config.checkpointKey })
  const follower = startFollower(consumersAuditUrl, signer, logger)
  const checkpoints = followCheckpoints({ url: consumersAuditUrl, signer, anchors, logger })
  const nameOperations = createOperationNames((...field) => graphs.hasRootField(...field))
  const metrics = telemetry.metrics && createGatewayMetrics(telemetry.metrics, nameOperations)
  const recorder = parts.openRecorder(consumersAuditUrl, signer, logger, metrics?.sentRecords)
  const refusals = openRefusals(recorder, logger)
  const addresses = new AddressBook({
    overrides: config.subgraphUrls,
    createProbe: (url, subgraph) => createProbe(url, subgraph, signer),
    onChange(change) {
      metrics?.changed(change)
      logAddress(change, logger)
    },
  })
  const exports = openExports(consumersAuditUrl, signer, { logger, addresses })
  const graphs = new Graphs({
    openSources: () => {
      const named = addresses.open()
      return {
        create: (name, url) =>
          createDataSource({
            ...{ name, addresses: named.get(name, url), signer, logger },
            longestMs: limits.answerMs * subgraphShare,
            onFetched: metrics?.fetched,
          }),
        close: () => named.release(),
      }
    },
    limits,
    logger,
  })
  const supergraph = followSupergraph(
    createSupergraphReader(config.supergraph, config.supergraphEveryMs),
    (text) => graphs.replace(text),
    logger,
  )
  if (telemetry.metrics)
    showGatewayState(telemetry.metrics, {
      listAddresses: () => addresses.listStates(),
      countWaitingRecords: () => recorder.countWaiting(),
      registryAgeMs: () => follower.ageMs(),
      supergraph: () => graphs.supergraph,
    })
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
    observer: { metrics, tracing: telemetry.tracing, nameOperations },
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
    await telemetry.close()
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
      metricsPort: telemetry.metricsPort,
      isReady,
      leave() {
        listener.leave()
        operators.leave()
      },
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

function logAddress({ subgraph, url, state }: AddressChange, logger: Logger): void {
  const facts = { subgraph, url, state }
  if (state === 'open')
    logger.error(facts, 'a subgraph is not asked any more at an address: nothing answers there')
  else logger.info(facts, 'a subgraph’s address is thought of otherwise')
}

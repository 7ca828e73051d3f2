import { openKeySet, openServiceSigner } from '@commonchart/identity'
import type { Logger } from 'pino'
import type { GatewayConfig } from './config.ts'
import { createSupergraphReader, followSupergraph } from './graphs/follow-supergraph.ts'
import { Graphs } from './graphs/graphs.ts'
import { createAdmit } from './http/admit.ts'
import { createOriginReader } from './http/client-address.ts'
import { createEdge, type EdgeOptions } from './http/edge.ts'
import { startListener } from './http/listen.ts'
import { createRateLimit } from './limits/rate-limits.ts'
import { recordNothing } from './record.ts'
import { startFollower } from './registry/follow.ts'
import { AddressBook } from './subgraphs/addresses.ts'
import { createDataSource } from './subgraphs/data-source.ts'

/** A gateway in service. */
export interface RunningGateway {
  port: number
  operatorPort: number
  isReady(): boolean
  /** Answers what is under way, takes nothing new, then closes every connection. */
  stop(): Promise<void>
}

/** Starts the gateway: what each request meets is put together here, in the order in which it meets it. */
export async function startGateway(config: GatewayConfig, logger: Logger): Promise<RunningGateway> {
  const onError = (error: unknown): void => logger.error({ err: error }, 'a key file cannot be read')
  const signer = openServiceSigner(config.serviceKeys, { onError })
  const people = openKeySet(config.peopleJwks, { onError })
  const readOrigin = createOriginReader(config.trustedProxies)
  const follower = startFollower(config.consumersAuditUrl, signer, logger)
  const addresses = new AddressBook(config.subgraphUrls)
  const graphs = new Graphs({
    createSource: (name, url) =>
      createDataSource({ name, addresses: addresses.get(name, url), signer, logger }),
    limits: config.limits,
    logger,
  })
  const supergraph = followSupergraph(
    createSupergraphReader(config.supergraph),
    (text) => graphs.replace(text),
    logger,
  )
  const edge: EdgeOptions = {
    graphs,
    admit: createAdmit({ follower, people, logger, now: Date.now }),
    readOrigin,
    addressLimit: createRateLimit('address', config.limits.requestsPerMinutePerAddress),
    consumerLimit: createRateLimit('consumer', config.limits.requestsPerMinutePerConsumer),
    countGateways: () => follower.countGateways(),
    record: recordNothing,
    limits: config.limits,
    logger,
  }
  const isReady = (): boolean => graphs.isReady && follower.isLive()
  const { host, port, operatorHost, operatorPort, tls } = config
  const closeAll = async (): Promise<void> => {
    await supergraph.close()
    await graphs.close()
    await follower.close()
    await addresses.close()
  }
  try {
    await supergraph.looked
    const listener = await startListener({
      host,
      port,
      tls,
      answer: createEdge(edge, { '/graphql': 'enterprise', '/settings/graphql': 'settings' }),
      isReady,
    })
    const operators = await startListener({
      host: operatorHost,
      port: operatorPort,
      tls,
      answer: createEdge(edge, { '/operator/graphql': 'operator' }),
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

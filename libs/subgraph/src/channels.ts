import type { Server } from 'node:http'
import {
  acceptChannel,
  IdentityError,
  type AcceptedChannel,
  type ChannelAnswer,
  type Identity,
  type KeySet,
} from '@commonchart/identity'
import type { Logger } from 'pino'
import { MalformedBody } from './http.ts'

export interface ChannelsOptions {
  audience: string
  keys: KeySet
  logger: Logger
  largestFrameBytes: number
  now: () => number
  /** Answers what came for a path. */
  endpoints: Record<string, (identity: Identity, body: Buffer) => Promise<unknown>>
}

/** The channels that are open to a server. */
export interface Channels {
  /** Ends each once what it took is answered; opens no other. */
  end(): Promise<void>
}

/** Opens channels to some endpoints of a server, for services that send them body after body. */
export function serveChannels(server: Server, options: ChannelsOptions): Channels {
  const { audience, keys, logger, largestFrameBytes, now, endpoints } = options
  const open = new Set<AcceptedChannel>()
  let isEnding = false
  server.on('upgrade', (request, socket, head) => {
    const path = request.url ?? ''
    const endpoint = endpoints[path]
    if (!endpoint || isEnding) return void socket.destroy()
    const channel = acceptChannel(
      { request, socket, head },
      {
        ...{ audience, keys, path, largestFrameBytes, now },
        answer: (identity, body) => answer(endpoint(identity, body), path),
        onRefused: (reason) => logger.warn({ reason, path }, 'a channel was refused or broken off'),
      },
    )
    if (!channel) return
    open.add(channel)
    void channel.closed.then(() => open.delete(channel))
  })

  async function answer(answering: Promise<unknown>, path: string): Promise<ChannelAnswer> {
    try {
      return { status: 200, body: JSON.stringify(await answering) }
    } catch (error) {
      const status = statusOf(error)
      logger[status === 500 ? 'error' : 'warn']({ err: error, path }, 'a frame of a channel was refused')
      return { status, body: '{}' }
    }
  }

  return {
    async end() {
      isEnding = true
      const ending = [...open]
      for (const channel of ending) channel.end()
      await Promise.all(ending.map(({ closed }) => closed))
    },
  }
}

function statusOf(error: unknown): number {
  if (error instanceof MalformedBody) return 400
  return error instanceof IdentityError ? 401 : 500
}

import type { Identity } from '../identity.ts'
import type { ServiceSigner } from '../sign.ts'
import type { ChannelAnswer } from './answers.ts'
import { connectChannel, type ConnectedChannel } from './connect.ts'

/** A channel is left for a new one in good time before its token ends. */
const renewAfterMs = 45_000

/** A way to one endpoint of another service that is kept open. */
export interface ServiceChannel {
  /**
   * Sends a body and gives the answer to it. Rejects when none came within `timeoutMs`, or the connection broke: then nobody
   * knows whether it arrived. The next call connects again.
   */
  send(body: Uint8Array, timeoutMs: number): Promise<ChannelAnswer>
  /** Ends once what was sent is answered. */
  close(): Promise<void>
}

export interface ServiceChannelOptions {
  url: URL
  audience: string
  signer: ServiceSigner
  /** Who speaks; asked for at each opening. */
  createIdentity: () => Identity
  now?: () => number
}

/**
 * Opens a channel to an endpoint of another service: the identity token is signed and verified once for each connection in
 * place of once for each body. It connects at the first call, again when the connection broke, and anew before its token ends.
 */
export function openServiceChannel(options: ServiceChannelOptions): ServiceChannel {
  const { url, createIdentity, now = Date.now } = options
  let current:
    { connecting: Promise<ConnectedChannel>; channel?: ConnectedChannel; since: number } | undefined

  function connect(): Promise<ConnectedChannel> {
    const opened = {
      connecting: connectChannel(url, { ...options, identity: createIdentity() }),
      since: now(),
    }
    const own: NonNullable<typeof current> = opened
    current = own
    opened.connecting.then(
      (channel) => (own.channel = channel),
      () => {
        if (current === own) current = undefined
      },
    )
    return opened.connecting
  }

  function use(): Promise<ConnectedChannel> | ConnectedChannel {
    if (!current || current.channel?.isBroken) return connect()
    if (now() - current.since < renewAfterMs) return current.channel ?? current.connecting
    const old = current
    const renewed = connect()
    void old.connecting.then((channel) => channel.end()).catch(() => undefined)
    return renewed
  }

  async function ask(body: Uint8Array, used: { channel?: ConnectedChannel }): Promise<ChannelAnswer> {
    const channel = await use()
    used.channel = channel
    return channel.send(body)
  }

  return {
    send(body, timeoutMs) {
      const used: { channel?: ConnectedChannel } = {}
      let isSettled = false
      return new Promise((resolve, reject) => {
        const giveUp = (): void => {
          if (isSettled) return
          const late = new Error(`no answer within ${timeoutMs} ms`)
          // Whoever does not answer may be gone without a word: what comes next is not sent to it.
          used.channel?.destroy(late)
          reject(late)
        }
        // Where this process was busy, the answer may be here and only not read yet: it is read first.
        const timer = setTimeout(() => setImmediate(giveUp), timeoutMs)
        ask(body, used)
          .then(resolve, reject)
          .finally(() => {
            isSettled = true
            clearTimeout(timer)
          })
      })
    },
    async close() {
      const channel = await current?.connecting.catch(() => undefined)
      if (channel && !channel.isBroken) await channel.end()
    },
  }
}

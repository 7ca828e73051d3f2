import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { IdentityError, identityHeader, type Identity } from '../identity.ts'
import type { KeySet } from '../keys.ts'
import { watchIdentity, type WatchedIdentity } from '../watch-identity.ts'
import { writeAnswer, type ChannelAnswer } from './answers.ts'
import { createChannelKey, type ChannelCipher } from './cipher.ts'
import { FrameReader, writeLength } from './frames.ts'
import { channelKeyHeader, channelProtocol, describeOpening } from './opening.ts'

/** The side of a channel that answers. */
export interface AcceptedChannel {
  /** Takes no more frames, and ends the connection once those that it took are answered. */
  end(): void
  /** Resolves when the connection is closed. */
  closed: Promise<void>
}

export interface AcceptOptions {
  /** The service that is spoken to. */
  audience: string
  keys: KeySet
  path: string
  largestFrameBytes: number
  /** Answers a frame. Never throws. */
  answer: (identity: Identity, body: Buffer) => Promise<ChannelAnswer>
  /** Called with the reason when a channel is not opened, or is broken off for what came over it. */
  onRefused: (reason: string) => void
  now?: () => number
}

/** How long the other side has to read the last answers. */
const lingerMs = 1000

/** Whether a request asks for a channel. */
export function asksForChannel({ headers }: IncomingMessage): boolean {
  return headers.upgrade === channelProtocol
}

/**
 * Opens a channel on a connection whose request asked for one: 401 unless its identity token is for this audience, this path
 * and the key that it offers. From then on a frame needs no signature. The channel ends when its token does; at the first
 * frame after the token's key was taken away; and at a frame that is not what the other side sealed next.
 */
export function acceptChannel(
  { request, socket, head }: { request: IncomingMessage; socket: Duplex; head: Buffer },
  options: AcceptOptions,
): AcceptedChannel | undefined {
  const { now = Date.now, onRefused, path } = options
  const offered = String(request.headers[channelKeyHeader])
  const token = request.headers[identityHeader]
  let watched: WatchedIdentity
  let cipher: ChannelCipher
  const own = createChannelKey()
  try {
    watched = watchIdentity(options.keys, typeof token === 'string' ? token : undefined, {
      ...{ audience: options.audience, body: describeOpening(path, offered), now: now() },
    })
    cipher = own.agree('server', path, offered)
  } catch (error) {
    if (!(error instanceof IdentityError)) throw error
    onRefused(error.reason)
    socket.on('error', () => undefined)
    socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
    return undefined
  }
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${channelProtocol}\r\n${channelKeyHeader}: ${own.publicKey}\r\n\r\n`,
  )
  return serve({ socket, head, watched, cipher }, options)
}

function serve(
  opened: { socket: Duplex; head: Buffer; watched: WatchedIdentity; cipher: ChannelCipher },
  { answer, onRefused, largestFrameBytes, now = Date.now }: AcceptOptions,
): AcceptedChannel {
  const { socket, head, watched, cipher } = opened
  const reader = new FrameReader(largestFrameBytes)
  let frames = 0
  let underWay = 0
  let isEnding = false
  const end = (): void => {
    isEnding = true
    if (underWay > 0 || socket.writableEnded) return
    socket.end()
    // The other side closes it once it has read the rest; one that is gone does not.
    setTimeout(() => socket.destroy(), lingerMs).unref()
  }
  const timer = setTimeout(end, Math.max(watched.expiresAt - now(), 0))
  timer.unref()

  async function take(sealed: Buffer): Promise<void> {
    if (!watched.isTrusted() || watched.expiresAt <= now())
      throw new IdentityError('its token is not trusted any more')
    const body = cipher.open(sealed)
    const frame = frames
    frames += 1
    underWay += 1
    const answered = await answer(watched.identity, body)
    underWay -= 1
    if (!socket.destroyed) socket.write(writeLength(cipher.seal(writeAnswer(frame, answered))))
    if (isEnding) end()
  }

  function read(chunk: Buffer): void {
    if (isEnding) return
    try {
      for (const sealed of reader.push(chunk)) take(sealed).catch(breakOff)
    } catch (error) {
      breakOff(error)
    }
  }

  function breakOff(error: unknown): void {
    if (!socket.destroyed) onRefused(error instanceof IdentityError ? error.reason : String(error))
    isEnding = true
    socket.destroy()
  }

  const { promise: closed, resolve } = Promise.withResolvers<void>()
  socket.once('close', () => {
    clearTimeout(timer)
    resolve()
  })
  // Who went away is heard of by 'close'.
  socket.on('error', () => undefined)
  socket.on('end', end)
  socket.on('data', read)
  if (head.length > 0) read(head)
  return { end, closed }
}

import { request as requestHttp, type IncomingMessage } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { Socket } from 'node:net'
import { IdentityError, identityHeader, type Identity } from '../identity.ts'
import type { ServiceSigner } from '../sign.ts'
import { readAnswer, type ChannelAnswer } from './answers.ts'
import { createChannelKey, type ChannelCipher } from './cipher.ts'
import { FrameReader, writeLength } from './frames.ts'
import { channelKeyHeader, channelProtocol, describeOpening } from './opening.ts'

/** Answers are short. */
const largestAnswerBytes = 64 * 1024
const connectTimeoutMs = 2500

/** The side of a channel that asks. */
export interface ConnectedChannel {
  /** Sends a frame and gives its answer. Rejects when the connection breaks first. */
  send(body: Uint8Array): Promise<ChannelAnswer>
  readonly isBroken: boolean
  /** Ends the connection once what was sent is answered; resolves when it is closed. */
  end(): Promise<void>
  /** Breaks it off: what was sent and not answered is rejected. */
  destroy(reason: Error): void
}

/** Connects to an endpoint that takes channels. Rejects when it is not there within 2.5 s, or refuses. */
export async function connectChannel(
  url: URL,
  { signer, audience, identity }: { signer: ServiceSigner; audience: string; identity: Identity },
): Promise<ConnectedChannel> {
  const own = createChannelKey()
  const path = url.pathname
  const token = signer.sign(identity, audience, describeOpening(path, own.publicKey))
  const { promise, resolve, reject } = Promise.withResolvers<ConnectedChannel>()
  const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, {
    headers: {
      ...{ connection: 'Upgrade', upgrade: channelProtocol },
      ...{ [identityHeader]: token, [channelKeyHeader]: own.publicKey },
    },
    agent: false,
  })
  const timer = setTimeout(
    () => request.destroy(new Error('no channel was opened in time')),
    connectTimeoutMs,
  )
  request.on('upgrade', (response: IncomingMessage, socket: Socket, head: Buffer) => {
    try {
      const cipher = own.agree('client', path, String(response.headers[channelKeyHeader]))
      resolve(createChannel(socket, head, cipher))
    } catch (error) {
      socket.destroy()
      reject(error)
    }
  })
  request.on('response', (response) => {
    response.resume()
    reject(new IdentityError(`a channel was refused with ${response.statusCode}`))
  })
  request.on('error', reject)
  request.end()
  return promise.finally(() => clearTimeout(timer))
}

function createChannel(socket: Socket, head: Buffer, cipher: ChannelCipher): ConnectedChannel {
  interface Waiting {
    resolve(answer: ChannelAnswer): void
    reject(error: Error): void
  }
  const reader = new FrameReader(largestAnswerBytes)
  const waiting = new Map<number, Waiting>()
  const closed = Promise.withResolvers<void>()
  let frames = 0
  let isBroken = false
  let isEnding = false

  function fail(error: Error): void {
    isBroken = true
    socket.destroy()
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  }

  function read(chunk: Buffer): void {
    try {
      for (const sealed of reader.push(chunk)) {
        const { frame, status, body } = readAnswer(cipher.open(sealed))
        waiting.get(frame)?.resolve({ status, body })
        waiting.delete(frame)
      }
    } catch (error) {
      fail(error as Error)
    }
    if (isEnding && waiting.size === 0) socket.end()
  }

  socket.setNoDelay(true)
  socket.setTimeout(0)
  socket.on('data', read)
  socket.on('error', fail)
  socket.once('end', () => fail(new Error('the other side ended the channel')))
  socket.once('close', () => {
    fail(new Error('the channel was closed'))
    closed.resolve()
  })
  if (head.length > 0) read(head)
  return {
    get isBroken() {
      return isBroken
    },
    send(body) {
      if (isBroken || isEnding) return Promise.reject(new Error('the channel was closed'))
      const { promise, resolve, reject } = Promise.withResolvers<ChannelAnswer>()
      waiting.set(frames, { resolve, reject })
      frames += 1
      socket.write(writeLength(cipher.seal(body)))
      return promise
    },
    end() {
      isEnding = true
      if (waiting.size === 0) socket.end()
      return closed.promise
    },
    destroy: fail,
  }
}

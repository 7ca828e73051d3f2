import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, request, type IncomingMessage, type Server } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { after, before, beforeEach, test } from 'node:test'
import { identityHeader, type Identity } from '../identity.ts'
import { createKeySet, generateServiceKey, type KeySet, type PrivateServiceJwk } from '../keys.ts'
import { createServiceSigner } from '../sign.ts'
import { acceptChannel, asksForChannel } from './accept-channel.ts'
import { createChannelKey, type ChannelCipher } from './cipher.ts'
import { FrameReader, writeLength } from './frames.ts'
import { openServiceChannel, type ServiceChannel } from './open-channel.ts'
import { channelKeyHeader, channelProtocol, describeOpening } from './opening.ts'

const rights = { kinds: ['service' as const], audiences: ['keeper'] }
const gateway = generateServiceKey({ owner: 'gateway', ...rights })
const others = generateServiceKey({ owner: 'others', kinds: ['service'], audiences: ['another'] })
const identityOf = (owner: string): Identity => ({
  ...{ kind: 'service', subject: `service:${owner}`, name: owner, role: null, domainId: null, scopes: null },
  ...{ keyId: null, ip: null, language: 'en', requestId: 'r', mutations: [] },
})
const path = '/internal/keep'

let server: Server
let url: URL
let trusted: KeySet
let clock = 0
let opened = 0
let refused: string[]
let taken: string[]
let answer: (body: string) => Promise<string>
const channels: ServiceChannel[] = []

before(async () => {
  server = createServer(
    { shouldUpgradeCallback: asksForChannel },
    (_, response) => void response.end('plain'),
  )
  server.on('upgrade', (incoming, socket, head) => {
    opened += 1
    acceptChannel(
      { request: incoming, socket, head },
      {
        ...{ audience: 'keeper', path, largestFrameBytes: 1_000_000, now: () => Date.now() + clock },
        keys: { find: (kid) => trusted.find(kid) },
        async answer({ subject }, body) {
          taken.push(`${subject} ${body.toString()}`)
          return { status: 200, body: await answer(body.toString()) }
        },
        onRefused: (reason) => refused.push(reason),
      },
    )
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`)
})
beforeEach(() => {
  trusted = createKeySet({ keys: [gateway.publicJwk, others.publicJwk] })
  ;[clock, opened, refused, taken] = [0, 0, [], []]
  answer = (body) => Promise.resolve(body.toUpperCase())
})
after(async () => {
  await Promise.all(channels.map((channel) => channel.close()))
  server.close()
})

function open(key = gateway, now = Date.now): ServiceChannel {
  const { owner } = key.privateJwk
  const signer = createServiceSigner([key.privateJwk])
  const channel = openServiceChannel({
    ...{ url, audience: 'keeper', signer, createIdentity: () => identityOf(owner), now },
  })
  channels.push(channel)
  return channel
}

/** A connection of the tests' own, for what no channel of ours would send. */
async function openByHand(
  jwk: PrivateServiceJwk,
  { bound = path, owner = jwk.owner } = {},
): Promise<{
  socket: Socket
  cipher: ChannelCipher
  headers: Record<string, string>
  read(): Promise<Buffer>
}> {
  const own = createChannelKey()
  const token = createServiceSigner([jwk]).sign(
    identityOf(owner),
    'keeper',
    describeOpening(bound, own.publicKey),
  )
  const headers = {
    ...{ connection: 'Upgrade', upgrade: channelProtocol },
    ...{ [identityHeader]: token, [channelKeyHeader]: own.publicKey },
  }
  const { socket, key } = await upgrade(headers)
  const reader = new FrameReader(1_000_000)
  return {
    ...{ socket, headers, cipher: own.agree('client', path, key) },
    async read() {
      for (;;) {
        const [chunk] = (await once(socket, 'data')) as [Buffer]
        const [frame] = reader.push(chunk)
        if (frame) return frame
      }
    },
  }
}

async function upgrade(headers: Record<string, string>): Promise<{ socket: Socket; key: string }> {
  const asked = request(url, { headers, agent: false })
  asked.end()
  const answered = once(asked, 'upgrade')
  const plain = once(asked, 'response').then(([response]: IncomingMessage[]) => {
    response?.resume()
    throw new Error(`refused with ${response?.statusCode}`)
  })
  const [response, socket] = (await Promise.race([answered, plain])) as [IncomingMessage, Socket]
  socket.on('error', () => undefined)
  return { socket, key: String(response.headers[channelKeyHeader]) }
}

const ends = async (socket: Socket): Promise<void> => {
  socket.resume()
  if (!socket.closed) await once(socket, 'close')
}

test('bodies and answers go over one connection, however many are under way, and each finds its own', async () => {
  const channel = open()
  const release = Promise.withResolvers<void>()
  answer = async (body) => {
    if (body === 'slow') await release.promise
    return body.length > 100 ? `${body.length}` : body.toUpperCase()
  }
  const slow = channel.send(Buffer.from('slow'), 5000)
  assert.equal((await channel.send(Buffer.from('quick'), 5000)).body, 'QUICK')
  assert.equal((await channel.send(Buffer.from('x'.repeat(300_000)), 5000)).body, '300000')
  release.resolve()
  assert.deepEqual(await slow, { status: 200, body: 'SLOW' })
  assert.equal(opened, 1)
  assert.deepEqual(taken.slice(0, 2), ['service:gateway slow', 'service:gateway quick'])
})

test('a frame without a channel is refused: nothing is run for who did not open one', async () => {
  const socket = connect(Number(url.port), '127.0.0.1')
  socket.on('error', () => undefined)
  socket.write(writeLength(Buffer.from('a frame')))
  await ends(socket)
  assert.deepEqual([opened, taken], [0, []])
})

test('a channel that no identity opened is refused', async () => {
  const own = createChannelKey().publicKey
  const headers = { connection: 'Upgrade', upgrade: channelProtocol, [channelKeyHeader]: own }
  await assert.rejects(upgrade(headers), /401/)
  await assert.rejects(upgrade({ ...headers, [identityHeader]: 'a.b.c' }), /401/)
  assert.equal(refused.length, 2)
})

test('a channel of another service is refused where its key may not speak', async () => {
  await assert.rejects(open(others).send(Buffer.from('a'), 5000), /401/)
  assert.match(refused.join(), /may not speak to this service/)
  await assert.rejects(openByHand(gateway.privateJwk, { owner: 'others' }), /401/)
  assert.match(refused.join(), /for another service/)
  assert.deepEqual(taken, [])
})

test('a token that was signed for another path, another key or a body opens no channel', async () => {
  await assert.rejects(openByHand(gateway.privateJwk, { bound: '/internal/other' }), /401/)
  const { headers, socket } = await openByHand(gateway.privateJwk)
  socket.destroy()
  const stolen = { ...headers, [channelKeyHeader]: createChannelKey().publicKey }
  await assert.rejects(upgrade(stolen), /401/)
  assert.deepEqual(refused, ['it is for another body', 'it is for another body'])
})

test('who repeats an opening that it overheard has a connection on which it can say nothing', async () => {
  const { headers, socket: first, cipher } = await openByHand(gateway.privateJwk)
  const frame = writeLength(cipher.seal(Buffer.from('overheard')))
  first.destroy()
  const { socket } = await upgrade(headers)
  socket.write(frame)
  await ends(socket)
  assert.match(refused.join(), /not what the other side sent next/)
  assert.deepEqual(taken, [])
})

test('a replayed frame is refused, and ends the channel', async () => {
  const { socket, cipher, read } = await openByHand(gateway.privateJwk)
  const frame = writeLength(cipher.seal(Buffer.from('once')))
  socket.write(frame)
  await read()
  socket.write(frame)
  await ends(socket)
  assert.deepEqual(taken, ['service:gateway once'])
  assert.match(refused.join(), /not what the other side sent next/)
})

test('a frame that was altered, left out or put before another ends the channel', async () => {
  for (const spoil of [
    ([frame]: Buffer[]) => frame?.with(20, (frame[20] ?? 0) ^ 1),
    ([, second]: Buffer[]) => second,
    ([frame]: Buffer[]) => frame && writeLength(frame.subarray(4, 10)),
  ]) {
    const { socket, cipher } = await openByHand(gateway.privateJwk)
    const frames = ['one, and long enough', 'two'].map((text) => writeLength(cipher.seal(Buffer.from(text))))
    socket.write(spoil(frames) ?? assert.fail())
    await ends(socket)
  }
  assert.deepEqual(taken, [])
})

test('a frame that says it is larger than the limit ends the channel', async () => {
  const { socket } = await openByHand(gateway.privateJwk)
  socket.write(Buffer.from([0x7f, 0xff, 0xff, 0xff]))
  await ends(socket)
  assert.match(refused.join(), /too large/)
})

test('what goes over the connection can be read by neither who listens nor the other direction', async () => {
  const { socket, cipher } = await openByHand(gateway.privateJwk)
  const sealed = cipher.seal(Buffer.from('a name'))
  assert.equal(sealed.includes('a name'), false)
  assert.throws(() => cipher.open(sealed), /not what the other side/)
  socket.destroy()
})

test('a channel whose key left the JWKS ends, and one whose key came back with other rights stays closed', async () => {
  const channel = open()
  await channel.send(Buffer.from('before'), 5000)
  trusted = createKeySet({ keys: [others.publicJwk] })
  await assert.rejects(channel.send(Buffer.from('after'), 5000))
  trusted = createKeySet({ keys: [{ ...gateway.publicJwk, audiences: ['another'] }] })
  await assert.rejects(channel.send(Buffer.from('after'), 5000))
  assert.deepEqual(taken, ['service:gateway before'])
})

test('a channel goes on when the JWKS is read anew with its key, and ends when another key has its id', async () => {
  const channel = open()
  await channel.send(Buffer.from('one'), 5000)
  trusted = createKeySet({ keys: [gateway.publicJwk] })
  await channel.send(Buffer.from('two'), 5000)
  assert.equal(opened, 1)
  trusted = createKeySet({
    keys: [{ ...others.publicJwk, kid: gateway.publicJwk.kid, ...rights, owner: 'gateway' }],
  })
  await assert.rejects(channel.send(Buffer.from('three'), 5000))
  assert.equal(taken.length, 2)
})

test('a channel ends with its token, after 60 s', async () => {
  const { socket, cipher, read } = await openByHand(gateway.privateJwk)
  clock = 58_000
  socket.write(writeLength(cipher.seal(Buffer.from('in time'))))
  await read()
  clock = 61_000
  socket.write(writeLength(cipher.seal(Buffer.from('too late'))))
  await ends(socket)
  assert.deepEqual(taken, ['service:gateway in time'])
})

test('before that it is left for a new one, and what is under way on the old one is answered', async () => {
  let now = Date.now()
  const channel = open(gateway, () => now)
  const release = Promise.withResolvers<void>()
  answer = (body) => (body === 'slow' ? release.promise.then(() => 'done') : Promise.resolve(body))
  await channel.send(Buffer.from('first'), 5000)
  const slow = channel.send(Buffer.from('slow'), 5000)
  while (taken.length < 2) await new Promise(setImmediate)
  now += 46_000
  await channel.send(Buffer.from('second'), 5000)
  assert.equal(opened, 2)
  release.resolve()
  assert.equal((await slow).body, 'done')
  assert.deepEqual(refused, [])
})

test('a frame that is not answered in time is given up, and the next goes over a new connection', async () => {
  const channel = open()
  answer = (body) => (body === 'never' ? new Promise(() => undefined) : Promise.resolve(body))
  await assert.rejects(channel.send(Buffer.from('never'), 50), /no answer within 50 ms/)
  assert.equal((await channel.send(Buffer.from('next'), 5000)).body, 'next')
  assert.equal(opened, 2)
})

test('an answer that came in while the process was busy counts, though it is read too late', async () => {
  const channel = open()
  await channel.send(Buffer.from('first'), 5000)
  answer = (body) => {
    // Once the answer is on its way, nothing runs until after it is due.
    setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1200))
    return Promise.resolve(body)
  }
  assert.equal((await channel.send(Buffer.from('second'), 1000)).body, 'second')
  assert.equal(opened, 1)
})

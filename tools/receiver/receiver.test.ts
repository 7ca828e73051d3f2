import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { readReceiverConfig } from './config.ts'
import { EventFile, type StoredEvent } from './event-file.ts'
import { createReceive } from './receive.ts'
import { startReceiver, type Receiver } from './receiver.ts'
import { createEvent, createSecret, makeFolder, signDelivery } from './test-sender.ts'

const folder = makeFolder()
const secret = createSecret()
const secretsFile = join(folder, 'secrets')
writeFileSync(secretsFile, `# of the subscription\n${secret}\n`)
const nowSeconds = (): number => Math.floor(Date.now() / 1000)

function start(name: string): Promise<Receiver> {
  const args = ['--port', '0', '--secrets-file', secretsFile, '--folder', join(folder, name)]
  const config = readReceiverConfig(args, {})
  assert.ok(config)
  return startReceiver(config, () => {})
}

async function send(url: string, request: RequestInit): Promise<[status: number, result: string]> {
  const response = await fetch(url, request)
  return [response.status, ((await response.json()) as { result: string }).result]
}

function readStored(name: string): StoredEvent[] {
  const lines = readFileSync(join(folder, name, 'events.ndjson'), 'utf8')
    .split('\n')
    .slice(0, -1)
  return lines.map((line) => JSON.parse(line) as StoredEvent)
}

test('a delivery is stored as it came, with its place in the order, before it is acknowledged', async () => {
  const receiver = await start('good')
  const event = createEvent({ sequence: 41 })
  assert.deepEqual(await send(receiver.url, signDelivery([secret], event)), [200, 'STORED'])
  const [stored] = readStored('good')
  assert.deepEqual(stored?.event, event)
  assert.equal(stored?.via, 'delivery')
  await receiver.stop()
})

test('a bad signature and an old timestamp are refused, and nothing of them is stored', async () => {
  const receiver = await start('bad')
  const event = createEvent()
  assert.deepEqual(await send(receiver.url, signDelivery([createSecret()], event)), [401, 'SIGNATURE'])
  const old = signDelivery([secret], event, nowSeconds() - 301)
  assert.deepEqual(await send(receiver.url, old), [400, 'TIMESTAMP'])
  const { headers, body } = signDelivery([secret], event)
  const changed = { method: 'POST', headers, body: body.replace('"12"', '"13"') }
  assert.deepEqual(await send(receiver.url, changed), [401, 'SIGNATURE'])
  assert.deepEqual(await send(receiver.url, { method: 'POST', body }), [400, 'MALFORMED'])
  assert.deepEqual(readStored('bad'), [])
  await receiver.stop()
})

test('a replay is refused, also after a restart; a sender who tries again signs anew and is acknowledged', async () => {
  let receiver = await start('replay')
  const event = createEvent()
  const first = signDelivery([secret], event, nowSeconds() - 10)
  assert.deepEqual(await send(receiver.url, first), [200, 'STORED'])
  assert.deepEqual(await send(receiver.url, first), [409, 'REPLAY'])
  await receiver.stop()
  receiver = await start('replay')
  assert.deepEqual(await send(receiver.url, first), [409, 'REPLAY'])
  assert.deepEqual(await send(receiver.url, signDelivery([secret], event)), [200, 'KNOWN'])
  assert.equal(readStored('replay').length, 1)
  await receiver.stop()
})

test('a crash between storing and answering loses nothing and stores nothing twice', async () => {
  const event = createEvent()
  const file = await EventFile.open(join(folder, 'unanswered', 'events.ndjson'))
  await file.add(event, { via: 'delivery', sentAt: nowSeconds() - 10 })
  await file.close()
  const receiver = await start('unanswered')
  assert.deepEqual(await send(receiver.url, signDelivery([secret], event)), [200, 'KNOWN'])
  assert.equal(readStored('unanswered').length, 1)
  await receiver.stop()
})

test('two subscriptions may bring one event: it is stored once, and both are acknowledged', async () => {
  const receiver = await start('both')
  const event = createEvent({ subscriptionId: '1' })
  assert.deepEqual(await send(receiver.url, signDelivery([secret], event)), [200, 'STORED'])
  const other = signDelivery([secret], { ...event, subscriptionId: '2' })
  assert.deepEqual(await send(receiver.url, other), [200, 'KNOWN'])
  await receiver.stop()
})

test('a secret counts as soon as it is written into the file, and no longer than it stands there', async () => {
  const receiver = await start('rotation')
  const next = createSecret()
  const try_ = (...secrets: string[]) => send(receiver.url, signDelivery(secrets, createEvent()))
  assert.deepEqual(await try_(next), [401, 'SIGNATURE'])
  writeFileSync(secretsFile, `${secret}\n${next}\n`)
  assert.deepEqual(await try_(next), [200, 'STORED'])
  assert.deepEqual(await try_(secret), [200, 'STORED'])
  writeFileSync(secretsFile, `${next}\n`)
  assert.deepEqual(await try_(secret), [401, 'SIGNATURE'])
  writeFileSync(secretsFile, `${secret}\n`)
  await receiver.stop()
})

test('what is no delivery is told so: too large, not by POST, or no event in it', async () => {
  const receiver = await start('other')
  assert.deepEqual(await send(receiver.url, { method: 'GET' }), [405, 'METHOD'])
  const large = createEvent({ changedFields: ['x'.repeat(70_000)] })
  assert.deepEqual(await send(receiver.url, signDelivery([secret], large)), [413, 'TOO_LARGE'])
  const { headers } = signDelivery([secret], createEvent())
  const other = signDelivery([secret], {
    ...createEvent(),
    eventId: headers['webhook-id'] ?? '',
    topic: 1 as never,
  })
  assert.deepEqual(await send(receiver.url, other), [400, 'MALFORMED'])
  await receiver.stop()
})

test('what cannot be written is not acknowledged', async () => {
  const file = await EventFile.open(join(folder, 'closed', 'events.ndjson'))
  await file.close()
  const receive = createReceive({ file, readSecrets: () => [Buffer.from(secret.slice(6), 'base64')] })
  const server = createServer((request: IncomingMessage, response) => {
    void receive(request).then(({ status }) => response.writeHead(status).end())
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  after(() => server.close())
  const { port } = server.address() as { port: number }
  const request = signDelivery([secret], createEvent())
  for (let times = 0; times < 2; times += 1)
    assert.equal((await fetch(`http://127.0.0.1:${port}/`, request)).status, 503)
})

test('everything that is wrong with how it was called is said at once', () => {
  assert.throws(
    () => readReceiverConfig(['--port', 'x', '--issuer', 'portal'], {}),
    /secrets-file.*--port.*|--port.*secrets-file.*/,
  )
})

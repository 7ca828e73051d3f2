import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { afterEach, test } from 'node:test'
import { createAddressPolicy } from './addresses.ts'
import { openReceiver, postsAtOnce, type Receiver } from './post-event.ts'

const opened: { server: Server; receiver: Receiver }[] = []
afterEach(async () => {
  for (const { server, receiver } of opened.splice(0)) {
    await receiver.close()
    server.close()
    server.closeAllConnections()
  }
})

/** Opens a receiver that answers as it is told, and counts the connections to it. */
async function receive(
  answer: (response: ServerResponse) => void,
  timeoutMs = 5000,
): Promise<{ receiver: Receiver; server: Server; sockets: Socket[] }> {
  const server = createServer((request, response) => request.resume().on('end', () => answer(response)))
  const sockets: Socket[] = []
  server.on('connection', (socket) => sockets.push(socket))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const receiver = openReceiver(url, { policy: createAddressPolicy('127.0.0.1'), timeoutMs })
  opened.push({ server, receiver })
  return { receiver, server, sockets }
}

test('what an answer says is read away, and its connection is used again', async () => {
  const { receiver, sockets } = await receive((response) => response.writeHead(200).end('x'.repeat(60_000)))
  for (let nth = 0; nth < 3 * postsAtOnce; nth += 1) assert.equal((await receiver.post('{}', {})).status, 200)
  assert.ok(sockets.length <= postsAtOnce, `${sockets.length} connections`)
})

test('an answer that says more than is read counts all the same, and its connection is not used again', async () => {
  const { receiver, sockets } = await receive((response) =>
    response.writeHead(200).end('x'.repeat(1_000_000)),
  )
  for (let nth = 0; nth < 2; nth += 1) {
    const attempt = await receiver.post('{}', {})
    assert.deepEqual([attempt.status, attempt.error], [200, null])
  }
  assert.equal(sockets.length, 2)
})

test('an answer that never ends keeps nothing waiting for longer than an answer is waited for', async () => {
  const { receiver, sockets } = await receive((response) => {
    response.writeHead(500).flushHeaders()
    const drip = setInterval(() => response.write('x'), 10)
    response.on('close', () => clearInterval(drip))
  }, 300)
  const attempt = await receiver.post('{}', {})
  assert.deepEqual([attempt.status, attempt.error], [500, 'HTTP_STATUS'])
  if (!sockets[0]?.destroyed) await once(sockets[0] ?? assert.fail(), 'close')
})

test('an answer that breaks off after its status counts', async () => {
  const { receiver } = await receive((response) => {
    response.writeHead(200, { 'content-length': '100' }).write('x')
    setImmediate(() => response.destroy())
  })
  const attempt = await receiver.post('{}', {})
  assert.deepEqual([attempt.status, attempt.error], [200, null])
})

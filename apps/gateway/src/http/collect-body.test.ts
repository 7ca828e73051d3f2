import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, request as ask, type ClientRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import type { RequestRefused } from './answer.ts'
import { collectBody } from './collect-body.ts'

/** What became of the last body. */
let read = Promise.withResolvers<Buffer>()
const server = createServer((request, response) => {
  const reading = collectBody(request, 1000)
  read.resolve(reading)
  reading.then(
    () => response.end('read'),
    (error: Error) => response.end(error.message),
  )
})
before(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})
after(() => server.close())

/** Opens a request whose length is not announced. */
function open(): ClientRequest {
  read = Promise.withResolvers()
  const { port } = server.address() as AddressInfo
  return ask({ port, host: '127.0.0.1', method: 'POST' })
}

test('a body that comes in pieces is read whole', async () => {
  const sending = open()
  sending.write('{"query":"{ pat')
  await once(server, 'request')
  sending.end('ient }"}')
  assert.equal(String(await read.promise), '{"query":"{ patient }"}')
  const [response] = (await once(sending, 'response')) as [NodeJS.ReadableStream]
  response.resume()
})

test('a body that grows beyond the limit is refused before it ends, and its sender hears so', async () => {
  const sending = open()
  const answered = once(sending, 'response') as Promise<[NodeJS.ReadableStream]>
  for (let piece = 0; piece < 3; piece++) sending.write('x'.repeat(500))
  await assert.rejects(read.promise, (error: RequestRefused) => error.code === 'PAYLOAD_TOO_LARGE')
  const [response] = await answered
  assert.equal(await new Response(response as never).text(), 'The body is larger than 1000 bytes.')
  sending.end()
})

test('a client that goes away in the middle of its body is not waited for', async () => {
  const sending = open()
  sending.on('error', () => undefined)
  const refused = assert.rejects(read.promise)
  sending.write('{"query":')
  await once(server, 'request')
  sending.destroy()
  await refused
})

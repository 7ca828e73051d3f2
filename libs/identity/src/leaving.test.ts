import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, request, Agent, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { Leaving, readDrainMs } from './leaving.ts'

test('a server that leaves ends each connection with an answer, those under way among them, and breaks off none', async () => {
  const leaving = new Leaving()
  const held: ServerResponse[] = []
  const server = createServer((asked, response) => {
    leaving.follow(asked, response)
    if (asked.url === '/slow') held.push(response)
    else response.end('quick')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const agent = new Agent({ keepAlive: true })
  const ask = async (path: string): Promise<string | undefined> => {
    const [response] = (await once(request({ port, path, agent, host: '127.0.0.1' }).end(), 'response')) as [
      IncomingMessage,
    ]
    response.resume()
    await once(response, 'end')
    return response.headers.connection
  }
  assert.equal(await ask('/'), 'keep-alive')
  const slow = ask('/slow')
  await new Promise<void>((arrived) => server.once('request', () => arrived()))
  leaving.begin()
  held[0]?.end('late')
  assert.equal(await slow, 'close', 'under way when it began')
  assert.equal(await ask('/'), 'close', 'and still served after')
  server.close()
  agent.destroy()
})

test('how long a server goes on serving is a number of milliseconds up to a minute', () => {
  assert.deepEqual([undefined, '', '0', '60000', '60001', '-1', 'soon', '1.5'].map(readDrainMs), [
    5000,
    5000,
    0,
    60_000,
    undefined,
    undefined,
    undefined,
    undefined,
  ])
})

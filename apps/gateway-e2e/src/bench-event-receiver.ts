import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Receives event notifications for the bench, in a process of its own: tells its port, and how many came when asked. */
let count = 0
let last: { headers: Record<string, string>; body: string } | null = null
const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    count += 1
    const headers = Object.entries(request.headers).filter(([name]) => name.startsWith('webhook-'))
    last = {
      headers: Object.fromEntries(headers) as Record<string, string>,
      body: Buffer.concat(chunks).toString(),
    }
    response.writeHead(204).end()
  })
})
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }))
process.on('message', () => process.send?.({ count, last }))
process.on('disconnect', () => process.exit())

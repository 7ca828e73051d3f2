import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** What a stand-in for the gateway was asked. */
export interface Asked {
  path: string
  headers: IncomingHttpHeaders
  query: string
  variables: Record<string, unknown>
}

/** A server that answers as it is told, for tests of what the command line sends and how it reads answers. */
export interface AnsweringGateway {
  url: string
  asked: Asked[]
  /** What the next requests get, in order; the last one stays. */
  answers: { status?: number; body: unknown }[]
  close(): Promise<void>
}

export async function startAnsweringGateway(): Promise<AnsweringGateway> {
  const asked: Asked[] = []
  const answers: AnsweringGateway['answers'] = []
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { query, variables } = JSON.parse(body) as Pick<Asked, 'query' | 'variables'>
      asked.push({ path: request.url ?? '', headers: request.headers, query, variables })
      const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? { body: { data: {} } }
      response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', connection: 'close' })
      response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body))
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    answers,
    close: () => new Promise((closed) => server.close(() => closed())),
  }
}

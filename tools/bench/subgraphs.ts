import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import { buildSubgraphSchema } from '@apollo/subgraph'
import { acceptChannel, asksForChannel, openKeySet, type KeySet } from '@commonchart/identity'
import { graphql, parse, type GraphQLSchema } from 'graphql'
import { clinic } from './clinic.ts'
import type { FromSubgraphs, ToSubgraphs } from './messages.ts'

/**
 * Serves the bench's subgraphs, the registry that our gateway follows and the recorder that it waits for. A subgraph
 * computes its answer once for each body, so that it is the gateways that are measured.
 */
let calls = 0
let registry: unknown
let keys: KeySet | undefined
const urls: Record<string, string> = {}
for (const { name, schema, resolvers } of clinic) {
  const executable = buildSubgraphSchema({ typeDefs: parse(schema), resolvers: resolvers as never })
  urls[name] = await serve(executable)
}

process.on('message', (message: ToSubgraphs) => {
  if ('registry' in message) {
    registry = message.registry
    keys = openKeySet(message.jwksFile)
  }
  tell({ calls })
  calls = 0
})
tell({ urls })

function tell(message: FromSubgraphs): void {
  process.send?.(message)
}

async function serve(schema: GraphQLSchema): Promise<string> {
  const answers = new Map<string, Buffer>()
  const server = createServer({ shouldUpgradeCallback: asksForChannel }, (request, response) => {
    void (async () => {
      const body = await read(request)
      if (request.url === '/internal/registry') return answerRegistry(body, response)
      if (request.url === '/internal/checkpoints') return send(response, noCheckpoints)
      calls += 1
      const known = answers.get(body) ?? (await answer(schema, body))
      answers.set(body, known)
      send(response, known)
    })()
  })
  server.on('upgrade', takeRecords)
  server.keepAliveTimeout = 60_000
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`
}

const noCheckpoints = Buffer.from('{"checkpoints":[]}')
/** Takes records in without keeping them. */
function takeRecords(request: IncomingMessage, socket: Duplex, head: Buffer): void {
  if (!keys) throw new Error('the keys come with the registry')
  const acknowledged = Promise.resolve({ status: 200, body: '{"recorded":1,"gateways":1}' })
  acceptChannel(
    { request, socket, head },
    {
      ...{ audience: 'consumers-audit', keys, path: '/internal/record', largestFrameBytes: 2 ** 26 },
      ...{ answer: () => acknowledged, onRefused: console.error },
    },
  )
}

/** Answers at once while there is something new, and otherwise after 1 s, as consumers-audit does. */
async function answerRegistry(body: string, response: ServerResponse): Promise<void> {
  const { since } = JSON.parse(body) as { since: number }
  if (since >= 1) await wait(1000)
  const nothing = { version: 1, domains: [], consumers: [] }
  send(response, Buffer.from(JSON.stringify(since >= 1 ? nothing : registry)))
}

async function answer(schema: GraphQLSchema, body: string): Promise<Buffer> {
  const { query, variables } = JSON.parse(body) as { query: string; variables: Record<string, unknown> }
  return Buffer.from(JSON.stringify(await graphql({ schema, source: query, variableValues: variables })))
}

async function read(request: IncomingMessage): Promise<string> {
  let text = ''
  request.setEncoding('utf8')
  for await (const chunk of request as AsyncIterable<string>) text += chunk
  return text
}

function send(response: ServerResponse, body: Buffer): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length })
  response.end(body)
}

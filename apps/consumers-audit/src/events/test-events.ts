import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createSupportIdentity } from '@commonchart/testing'
import { consumerInput, createConsumerMutation, type Answer, type TestSubgraph } from '../test-subgraph.ts'

/** What a receiver of a test was posted. */
export interface Posted {
  headers: IncomingHttpHeaders
  body: string
}

export interface TestReceiver {
  url: string
  posted: Posted[]
  close(): void
}

/** Starts a receiver on loopback that answers as it is told, 204 by default. */
export async function startTestReceiver(
  answer: (posted: Posted) => number | Promise<number> = () => 204,
): Promise<TestReceiver> {
  const posted: Posted[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (text: string) => (body += text))
    request.on('end', () => {
      const got = { headers: request.headers, body }
      posted.push(got)
      Promise.resolve(answer(got)).then(
        (status) => response.writeHead(status, { location: '/elsewhere' }).end(),
        () => response.destroy(),
      )
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`,
    posted,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** A domain with a consumer, and its support account. */
export interface EventDomain {
  domainId: number
  consumerId: string
  run(mutation: string, input: object): Promise<Answer>
  /** Subscribes the consumer, and gives the subscription and its secret. */
  subscribe(input: object): Promise<{ id: string; secret: string }>
}

export async function createEventDomain(subgraph: TestSubgraph, name: string): Promise<EventDomain> {
  const domainId = await subgraph.createDomain(name)
  await subgraph.db
    .updateTable('domain')
    .set({ enabled: true, contract: 'C' })
    .where('id', '=', domainId)
    .execute()
  const support = createSupportIdentity({ domainId })
  const { data } = await subgraph.ask(support, createConsumerMutation, { input: consumerInput('Portal') })
  const consumerId: string = data.createConsumer.consumer.id
  const run: EventDomain['run'] = (mutation, input) => {
    const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1).split(' ')[0]}`
    const [field, ...selection] = mutation.split(' ')
    return subgraph.ask(
      support,
      `mutation ($input: ${type}Input!) { ${field}(input: $input) ${selection.join(' ') || '{ subscription { id state } }'} }`,
      { input },
    )
  }
  return {
    domainId,
    consumerId,
    run,
    async subscribe(input) {
      const { data, errors } = await run('createEventSubscription { secret subscription { id } }', {
        ...{ consumerId, name: 'Calendar', topics: ['appointment.created'] },
        ...input,
      })
      assert.equal(errors, undefined)
      const { secret, subscription } = data.createEventSubscription
      return { id: subscription.id, secret }
    },
  }
}

/** Waits until something is so; gives up after 15 s. */
export async function until(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + 15_000
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`it was still not so that ${what}`)
    await pause(10)
  }
}

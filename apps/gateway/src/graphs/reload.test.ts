import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, beforeEach, describe, test } from 'node:test'
import { composeClinic } from '../../fixtures/clinic-subgraphs.ts'
import { startTestGateway, waitUntil, type TestGateway } from '../../fixtures/running-gateway.ts'
import { createSupergraphReader } from './follow-supergraph.ts'

describe('a supergraph in a file', () => {
  let running: TestGateway
  let generation = 0
  before(async () => {
    running = await startTestGateway()
  })
  after(() => running.stop())
  beforeEach(() => {
    running.log.length = 0
    generation += 1
  })

  /** Writes the supergraph of the fake subgraphs with one more type of this generation. */
  function compose(): string {
    const { patients, appointments } = running.subgraphs
    const urls = { patients: patients?.url ?? '', appointments: appointments?.url ?? '' }
    return composeClinic(urls, `\nextend type Query { added${generation}: String }`)
  }

  async function hasAdded(): Promise<boolean> {
    const { body } = await running.ask({ query: '{ __type(name: "Query") { fields { name } } }' })
    const { fields } = body.data?.__type as { fields: { name: string }[] }
    return fields.some(({ name }) => name === `added${generation}`)
  }

  test('is taken into service when it changes, without a request lost, and those under way end on the old one', async () => {
    const held = Promise.withResolvers<void>()
    const { patients } = running.subgraphs
    assert.ok(patients)
    let waiting = false
    patients.intercept = (_request, _response, usual) => {
      patients.intercept = undefined
      waiting = true
      void held.promise.then(usual)
    }
    const underWay = running.ask({ query: '{ slow }' })
    await waitUntil(() => waiting, 'the request is under way')

    let going = true
    const failed: string[] = []
    const clients = Array.from({ length: 4 }, async () => {
      while (going) {
        const answer = await running.ask({ query: '{ patient(id: 1) { name visits } }' })
        if (answer.status !== 200 || answer.body.errors) failed.push(answer.text)
      }
    })
    writeFileSync(running.supergraphFile, compose())
    await waitUntil(hasAdded, 'the new supergraph is in service')
    held.resolve()
    assert.deepEqual((await underWay).body.data, { slow: 'done' })
    going = false
    await Promise.all(clients)
    assert.deepEqual(failed, [])
  })

  for (const [what, broken] of [
    ['is no GraphQL', () => 'type Query {'],
    ['is a plain schema', () => 'type Query { patient: String }'],
    ['was cut off', () => compose().slice(0, -200)],
    ['is empty', () => ''],
  ] as const)
    test(`that ${what} is refused and the old one kept; a good one after it is taken`, async () => {
      writeFileSync(running.supergraphFile, broken())
      await waitUntil(
        () => running.log.some(({ msg }) => String(msg).startsWith('the supergraph is refused')),
        'it is refused',
      )
      const answer = await running.ask({ query: '{ patient(id: 1) { name visits } }' })
      assert.deepEqual(answer.body.data, { patient: { name: 'Patient 1', visits: 3 } })
      assert.equal(running.gateway.isReady(), true)
      writeFileSync(running.supergraphFile, compose())
      await waitUntil(hasAdded, 'the next one is in service')
    })
})

test('a supergraph at a URL is fetched again only when its ETag changed, and another answer than 200 is an error', async () => {
  let [text, status] = ['first', 200]
  const asked: (string | undefined)[] = []
  const server = createServer((request, response) => {
    const etag = `"${text}"`
    asked.push(request.headers['if-none-match'])
    if (status !== 200) response.writeHead(status).end('not now')
    else if (request.headers['if-none-match'] === etag) response.writeHead(304).end()
    else response.writeHead(200, { etag }).end(text)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { read } = createSupergraphReader(`http://127.0.0.1:${(server.address() as AddressInfo).port}/graph`)
  assert.equal(await read(), 'first')
  assert.equal(await read(), null)
  text = 'second'
  assert.equal(await read(), 'second')
  status = 500
  await assert.rejects(read(), /answered 500/)
  status = 200
  assert.equal(await read(), null)
  assert.deepEqual(asked, [undefined, '"first"', '"first"', '"second"', '"second"'])
  server.closeAllConnections()
  await new Promise((closed) => server.close(closed))
})

import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { askPatiently } from './ask-patiently.ts'

const keys: unknown[] = []
let codes: (string | null)[] = []
const server = createServer((request, response) => {
  keys.push(request.headers['idempotency-key'])
  const code = codes.shift() ?? null
  const errors = code && [{ message: 'no', extensions: { code } }]
  response.end(JSON.stringify(errors ? { errors } : { data: { done: true } }))
})
before(() => new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening)))
after(() => server.close())
const getAddress = () => ({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, token: 't' })

test('what had no time is asked again under the same key', async () => {
  codes = ['TIMEOUT', 'SUBGRAPH_UNAVAILABLE']
  assert.deepEqual(await askPatiently(getAddress, '{ a }'), { done: true })
  assert.equal(keys.length, 3)
  assert.equal(new Set(keys).size, 1)
})

test('any other refusal is told at once', async () => {
  codes = ['NOT_FOUND']
  keys.length = 0
  await assert.rejects(askPatiently(getAddress, '{ a }'), /NOT_FOUND/)
  assert.equal(keys.length, 1)
})

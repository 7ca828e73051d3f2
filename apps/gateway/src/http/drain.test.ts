import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { readFrame } from '../../fixtures/fake-consumers-audit.ts'
import { startTestGateway, waitUntil } from '../../fixtures/running-gateway.ts'

const query = '{ patient(id: 1) { name } }'

test('a gateway that stops answers what it has taken on, once that is recorded, and records what it counted', async () => {
  const running = await startTestGateway()
  const { audit, gateway } = running
  const refused = Array.from({ length: 15 }, () => running.ask({ query, token: 'stranger' }))
  await Promise.all(refused)
  assert.equal(audit.recorded.length, 10)
  const held: (() => void)[] = []
  audit.interceptRecord = (_response, usual, arrived) => {
    if (readFrame(arrived).length === 0) usual()
    else held.push(usual)
  }
  const asked = running.ask({ query })
  await waitUntil(() => held.length === 1, 'the record is under way')
  const stopped = gateway.stop()
  let isStopped = false
  void stopped.then(() => (isStopped = true))
  audit.interceptRecord = undefined
  assert.equal(isStopped, false)
  held[0]?.()
  const answer = await asked
  assert.equal(answer.status, 200)
  await stopped
  assert.ok(audit.recorded.some(({ id }) => id === answer.headers['x-request-id']))
  assert.deepEqual(
    audit.recorded.flatMap(({ count }) => (count > 1 ? [count] : [])),
    [5],
  )
  await running.close()
})

test('a connection over which nothing was asked does not hold up a gateway that stops', async () => {
  const running = await startTestGateway()
  const idle = connect(running.gateway.port, '127.0.0.1')
  await once(idle, 'connect')
  await running.ask({ query })
  const closed = once(idle, 'close')
  await running.stop()
  await closed
})

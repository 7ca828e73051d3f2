import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createConsumerKey, type ConsumerKey } from '@commonchart/testing'
import { change } from './clinic.ts'
import { createConsumer, factsOf, isLetIn, untilEverywhere, type TestConsumer } from './consumers.ts'
import { startStack, type Stack } from './stack.ts'
import { until } from './until.ts'

let stack: Stack
before(async () => {
  stack = await startStack({ gateways: 2 })
})
after(() => stack.stop())

/** The bar of the test; the bench holds the median of twenty to one second. */
const longestMs = 5000

const isRefused = async (consumer: TestConsumer, gateway: string): Promise<boolean> =>
  (await consumer.ask('{ __typename }', { gateway })).status === 401

/** Measures from the answer of a mutation until every gateway refuses. */
async function measureRefusal(consumer: TestConsumer, revoke: () => Promise<unknown>): Promise<number> {
  await revoke()
  const answered = performance.now()
  await untilEverywhere(stack, (gateway) => isRefused(consumer, gateway), 'every gateway refuses')
  return performance.now() - answered
}

test('a consumer that is deactivated is refused at every gateway, and let in again when it is reactivated', async (t) => {
  const consumer = await createConsumer(stack, stack.north, { name: 'Deactivated' })
  const { id } = consumer
  const tookMs = await measureRefusal(consumer, () =>
    change(stack.north, 'deactivateConsumer', { id }, 'consumer { active }'),
  )
  t.diagnostic(`refused at ${stack.gateways.length} gateways ${tookMs.toFixed(0)} ms after the answer`)
  assert.ok(tookMs <= longestMs, `${tookMs} ms`)
  const refused = await consumer.ask('{ patients { totalCount } }')
  assert.deepEqual(factsOf(refused), { code: 'UNAUTHENTICATED' })
  await change(stack.north, 'activateConsumer', { id }, 'consumer { active }')
  await untilEverywhere(stack, (gateway) => isLetIn(consumer, { gateway }), 'it is let in again')
})

test('a key that is retired is refused at every gateway while the consumer’s other key is accepted', async (t) => {
  const consumer = await createConsumer(stack, stack.north, { name: 'Compromised' })
  const second = createConsumerKey()
  const { id, keyId } = consumer
  await change(stack.north, 'addConsumerKey', { id, publicKey: second.publicPem }, 'key { id }')
  await untilEverywhere(
    stack,
    (gateway) => isLetIn(consumer, { gateway, key: second }),
    'the second key is accepted',
  )
  const tookMs = await measureRefusal(consumer, () =>
    change(stack.north, 'retireConsumerKey', { id, keyId }, 'key { retired }'),
  )
  t.diagnostic(`refused at ${stack.gateways.length} gateways ${tookMs.toFixed(0)} ms after the answer`)
  assert.ok(tookMs <= longestMs, `${tookMs} ms`)
  for (const gateway of stack.gateways) assert.ok(await isLetIn(consumer, { gateway, key: second }))
})

test('a key is changed under load without a refused request', async () => {
  const consumer = await createConsumer(stack, stack.north, {
    name: 'Rotating',
    requestsPerMinute: 1_000_000,
  })
  const { id, keyId } = consumer
  let signer = consumer.key
  let going = true
  let answered = 0
  const refused: string[] = []
  const signedWith = new Map<number, ConsumerKey>()
  const clients = Array.from({ length: 6 }, async (_, n) => {
    const gateway = stack.gateways[n % stack.gateways.length]
    while (going) {
      const key = signer
      const answer = await consumer.ask('{ patients { totalCount } }', { gateway, key })
      if (answer.status !== 200 || answer.body.errors) refused.push(answer.text)
      else answered += 1
      signedWith.set(n, key)
    }
  })
  const enough = async (more: number) => {
    const wanted = answered + more
    await until(() => Promise.resolve(answered >= wanted || refused.length > 0), `${more} more are answered`)
  }
  await enough(50)
  const next = createConsumerKey()
  await change(stack.north, 'addConsumerKey', { id, publicKey: next.publicPem }, 'key { id }')
  await untilEverywhere(
    stack,
    (gateway) => isLetIn(consumer, { gateway, key: next }),
    'the new key is accepted',
  )
  await enough(50)
  signer = next
  // Each client asks one thing at a time: once it was answered under the new key, nothing under the old one is under way.
  await until(
    () => Promise.resolve([...signedWith.values()].every((key) => key === next)),
    'every client signs with the new key',
  )
  await change(stack.north, 'retireConsumerKey', { id, keyId }, 'key { retired }')
  await untilEverywhere(stack, (gateway) => isRefused(consumer, gateway), 'the old key is refused')
  await enough(100)
  going = false
  await Promise.all(clients)
  assert.deepEqual(refused, [])
})

test('a gateway that is cut off from consumers-audit refuses within seconds, and recovers by itself', async (t) => {
  const consumer = await createConsumer(stack, stack.north, { name: 'Cut off' })
  const isCutOff = async (gateway: string): Promise<boolean> => {
    const { status, body } = await consumer.ask('{ __typename }', { gateway })
    return status === 503 && body.errors?.[0]?.extensions.code === 'REGISTRY_UNAVAILABLE'
  }
  const served = (gateway: string) => isLetIn(consumer, { gateway })
  const { process } = stack.services['consumers-audit'] ?? {}
  assert.ok(process)
  process.kill('SIGSTOP')
  const stopped = performance.now()
  try {
    await untilEverywhere(stack, isCutOff, 'every gateway refuses')
    t.diagnostic(`refused ${((performance.now() - stopped) / 1000).toFixed(1)} s after consumers-audit froze`)
  } finally {
    process.kill('SIGCONT')
  }
  await untilEverywhere(stack, served, 'every gateway serves again')
  await stack.services['consumers-audit']?.stop()
  await untilEverywhere(stack, isCutOff, 'every gateway refuses')
  await stack.restart('consumers-audit')
  await untilEverywhere(stack, served, 'every gateway serves again')
})

test('what was revoked while a gateway was cut off is refused as soon as it hears of it', async () => {
  const consumer = await createConsumer(stack, stack.north, { name: 'Revoked meanwhile' })
  const { process: second } = stack.services['gateway-2'] ?? {}
  assert.ok(second)
  second.kill('SIGSTOP')
  try {
    await change(stack.north, 'deactivateConsumer', { id: consumer.id }, 'consumer { active }')
  } finally {
    second.kill('SIGCONT')
  }
  await untilEverywhere(stack, (gateway) => isRefused(consumer, gateway), 'every gateway refuses')
})

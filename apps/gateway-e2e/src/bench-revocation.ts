import { change } from './clinic.ts'
import { createConsumer, untilEverywhere } from './consumers.ts'
import { startStack } from './stack.ts'

/**
 * Revokes twenty consumers, one after the other, half of them by deactivating them and half by retiring their key, and
 * measures from the answer of each mutation until both gateways refuse. Fails when the median is over one second.
 */
const revocations = 20
const barMs = 1000

const stack = await startStack({ gateways: 2 })
const tookMs: number[] = []
try {
  for (let n = 0; n < revocations; n += 1) {
    const consumer = await createConsumer(stack, stack.north, { name: `Revoked ${n}` })
    const { id, keyId } = consumer
    if (n % 2 === 0) await change(stack.north, 'deactivateConsumer', { id }, 'consumer { active }')
    else await change(stack.north, 'retireConsumerKey', { id, keyId }, 'key { retired }')
    const answered = performance.now()
    await untilEverywhere(
      stack,
      async (gateway) => (await consumer.ask('{ __typename }', { gateway })).status === 401,
      'every gateway refuses',
    )
    tookMs.push(performance.now() - answered)
  }
} finally {
  await stack.stop()
}
const sorted = tookMs.toSorted((a, b) => a - b)
const medianMs = ((sorted[revocations / 2 - 1] ?? 0) + (sorted[revocations / 2] ?? 0)) / 2
process.stdout.write(
  `${revocations} revocations at 2 gateways, from the answer to the last gateway's refusal: ` +
    `median ${medianMs.toFixed(0)} ms, fastest ${sorted[0]?.toFixed(0)} ms, slowest ${sorted.at(-1)?.toFixed(0)} ms\n`,
)
if (medianMs > barMs) {
  process.stderr.write(`the bar is ${barMs} ms\n`)
  process.exitCode = 1
}

import { createDomains } from './stack-domains.ts'
import { startStack, type Stack } from './stack.ts'

/** What is tested is not how much one address may ask; several tests ask from it at once. */
const limits = {
  LIMIT_REQUESTS_PER_MINUTE_PER_CONSUMER: '10000000',
  LIMIT_REQUESTS_PER_MINUTE_PER_ADDRESS: '10000000',
}

let shared: Promise<Stack> | undefined
let opened = 0
let users = 0

/**
 * Gives two domains of their own on a stack that all callers in this process share; it is started for the first of them
 * and stopped by the last. For tests that need nothing of a stack but to ask it. Must be stopped.
 */
export async function openStack(): Promise<Stack> {
  opened += 1
  users += 1
  const isFirst = shared === undefined
  const own = opened
  shared ??= startStack({ gateway: limits })
  const stack = await shared
  const [north, south] = isFirst ? [stack.north, stack.south] : await createDomains(stack, `-${own}`)
  return {
    ...stack,
    ...{ north, south },
    async stop() {
      users -= 1
      if (users === 0) await stack.stop()
    },
  }
}

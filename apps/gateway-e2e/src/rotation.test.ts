import assert from 'node:assert/strict'
import { renameSync, writeFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { generateServiceKey } from '@commonchart/identity'
import { startStack, type Stack } from './stack.ts'
import { until } from './until.ts'

let stack: Stack
before(async () => {
  stack = await startStack()
})
after(() => stack.stop())

function replace(file: string, content: unknown): void {
  writeFileSync(`${file}.next`, JSON.stringify(content), { mode: 0o600 })
  renameSync(`${file}.next`, file)
}

/** Each process looks at its key files once a second (docs/architecture.md, "Rotating a service's key"). */
const everyProcessHasLooked = 2500

test('the two keys of the gateway rotate under load without a refused request', async () => {
  const { keys } = stack
  let going = true
  const refused: string[] = []
  let answered = 0
  const clients = Array.from({ length: 6 }, async () => {
    while (going) {
      const answer = await stack.north.ask('{ patients { totalCount } appointments { totalCount } }')
      if (answer.status !== 200 || answer.body.errors) refused.push(answer.text)
      else answered += 1
    }
  })
  const looked = async () => {
    const before = answered
    await pause(everyProcessHasLooked)
    await until(() => Promise.resolve(answered >= before + 50 || refused.length > 0), '50 more are answered')
  }
  try {
    await looked()
    const old = keys.publicJwks.find((key) => key.owner === 'gateway')
    assert.ok(old)
    const next = generateServiceKey({ owner: 'gateway', kinds: old.kinds, audiences: old.audiences })
    const others = keys.publicJwks.filter((key) => key.owner !== 'gateway')
    replace(keys.jwksFile, { keys: [...others, old, next.publicJwk] })
    await looked()
    replace(keys.keyFiles.gateway ?? '', [next.privateJwk, keys.privateJwks.gateway])
    await looked()
    replace(keys.jwksFile, { keys: [...others, next.publicJwk] })
    await looked()
  } finally {
    going = false
    await Promise.all(clients)
  }
  assert.deepEqual(refused, [])
})

test('SIGTERM lets a gateway answer what it has taken on, and then it ends by itself', async () => {
  const asked = Array.from({ length: 20 }, () =>
    stack.north.ask('{ patients { totalCount } }').catch((error: Error) => error),
  )
  const answers = Promise.all(asked)
  await asked[0]
  const code = await stack.services.gateway?.stop('SIGTERM')
  assert.equal(code, 0)
  for (const answer of await answers)
    // Those that had not reached it may find nobody; what it took on it answered.
    if (!(answer instanceof Error)) assert.equal(answer.status, 200)
})

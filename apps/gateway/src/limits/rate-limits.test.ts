import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RequestRefused } from '../http/answer.ts'
import { createRateLimit, type RateLimit } from './rate-limits.ts'

async function consume(limit: RateLimit, key: string, times: number, gateways = 1): Promise<number> {
  for (let count = 1; count <= times; count++) {
    try {
      await limit.consume(key, gateways)
    } catch (error) {
      assert.ok(error instanceof RequestRefused)
      return count - 1
    }
  }
  return times
}

test('an answer says what the limit is and what is left of it', async () => {
  const limit = createRateLimit('consumer', 3)
  assert.deepEqual(await limit.consume('a', 1), {
    'ratelimit-policy': '"consumer";q=3;w=60',
    ratelimit: '"consumer";r=2;t=60',
  })
  assert.equal((await limit.consume('a', 1)).ratelimit, '"consumer";r=1;t=60')
})

test('whoever is over the limit is refused with 429 and told when to come back; others are not', async () => {
  const limit = createRateLimit('consumer', 2)
  assert.equal(await consume(limit, 'a', 2), 2)
  await assert.rejects(limit.consume('a', 1), (error) => {
    assert.ok(error instanceof RequestRefused)
    assert.deepEqual([error.code, error.status], ['RATE_LIMITED', 429])
    const seconds = Number(error.headers['retry-after'])
    assert.ok(seconds > 0 && seconds <= 60)
    assert.match(error.headers.ratelimit ?? '', /^"consumer";r=0;t=\d+$/)
    return true
  })
  assert.equal(await consume(limit, 'b', 2), 2)
})

test('a limit of one’s own stands in place of the common one, below or above it, and changes at once', async () => {
  const limit = createRateLimit('consumer', 2)
  const count = async (key: string, own: number | null) => {
    for (let accepted = 0; ; accepted += 1)
      try {
        await limit.consume(key, 1, own)
      } catch (error) {
        assert.ok(error instanceof RequestRefused)
        return accepted
      }
  }
  assert.equal(await count('lower', 1), 1)
  assert.equal(await count('higher', 5), 5)
  assert.equal(await count('usual', null), 2)
  assert.equal(await count('usual', 9), 6, 'what was counted stays counted')
})

test('several gateways share a limit', async () => {
  const limit = createRateLimit('consumer', 6)
  assert.equal(await consume(limit, 'a', 10, 3), 2)
  assert.equal(await consume(limit, 'b', 10, 100), 1, 'a share is never nothing')
})

test('all IPv6 addresses of one network count as one, IPv4 addresses each', async () => {
  const limit = createRateLimit('address', 2)
  assert.equal(await consume(limit, '2001:db8:1:2::1', 1), 1)
  assert.equal(await consume(limit, '2001:db8:1:2:ffff:ffff:ffff:ffff', 1), 1)
  assert.equal(await consume(limit, '2001:0db8:0001:0002::abcd', 1), 0)
  assert.equal(await consume(limit, '2001:db8:1:3::1', 1), 1)
  assert.equal(await consume(limit, '::1', 5), 2)
  assert.equal(await consume(limit, '10.0.0.1', 2), 2)
  assert.equal(await consume(limit, '10.0.0.2', 2), 2)
})

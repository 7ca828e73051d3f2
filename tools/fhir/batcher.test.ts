import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createBatcher } from './batcher.ts'

type Item = { key: string; at: number }

test('whatever is added goes out once, in bounded batches, and never two of one key at the same time', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 60 }),
      fc.integer({ min: 1, max: 7 }),
      async (keys, maxItems) => {
        const sent: Item[] = []
        const underWay: string[] = []
        const batcher = createBatcher<Item>({
          maxItems,
          maxBytes: 1000,
          concurrency: 2,
          keyOf: ({ key }) => key,
          bytesOf: () => 1,
          async flush(items) {
            assert(items.length <= maxItems)
            for (const { key } of items) assert(!underWay.includes(key))
            assert.equal(new Set(items.map(({ key }) => key)).size, items.length)
            const own = items.map(({ key }) => key)
            underWay.push(...own)
            await new Promise((resolve) => setImmediate(resolve))
            for (const key of own) underWay.splice(underWay.indexOf(key), 1)
            sent.push(...items)
          },
        })
        for (const [at, key] of keys.entries()) await batcher.add({ key, at })
        await batcher.end()
        assert.deepEqual(
          sent.map(({ at }) => at).sort((a, b) => a - b),
          keys.map((_, at) => at),
        )
      },
    ),
    { numRuns: 60 },
  )
})

test('what a batch throws is thrown by the next add or by the end', async () => {
  const batcher = createBatcher<Item>({
    maxItems: 1,
    maxBytes: 1,
    concurrency: 1,
    keyOf: ({ key }) => key,
    bytesOf: () => 1,
    flush: () => Promise.reject(new Error('gone')),
  })
  await assert.rejects(async () => {
    await batcher.add({ key: 'a', at: 0 })
    await batcher.end()
  }, /gone/)
})

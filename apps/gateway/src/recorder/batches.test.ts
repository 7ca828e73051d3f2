import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createEntry } from '../../fixtures/records.ts'
import { Batches } from './batches.ts'

const never = 1_000_000_000
const soon = (): number => Date.now() + 10_000

function open(paceMs: number): { batches: Batches; sizes: number[] } {
  const sizes: number[] = []
  const batches = new Batches((entries) => {
    sizes.push(entries.length)
    return Promise.resolve('RECORDED')
  }, paceMs)
  return { batches, sizes }
}

test('while many records are about to come, what comes leaves together', async () => {
  const { batches, sizes } = open(never)
  await batches.add(createEntry(), soon())
  const arrivals = Array.from({ length: 10 }, () => batches.expect())
  const waiting = Array.from({ length: 7 }, (_, at) => {
    arrivals[at]?.()
    return batches.add(createEntry(), soon())
  })
  await Promise.all(waiting)
  assert.deepEqual(sizes, [1, 7])
})

test('while few are, each leaves at once', async () => {
  const { batches, sizes } = open(never)
  for (const arrive of Array.from({ length: 3 }, () => batches.expect())) {
    await batches.add(createEntry(), soon())
    arrive()
  }
  assert.deepEqual(sizes, Array(3).fill(1))
})

test('what waits for others leaves after a moment though they do not come, and at once when the gateway ends', async () => {
  const short = open(1)
  const long = open(never)
  for (const { batches } of [short, long]) {
    for (let at = 0; at < 20; at += 1) batches.expect()
    await batches.add(createEntry(), soon())
  }
  await short.batches.add(createEntry(), soon())
  const waiting = long.batches.add(createEntry(), soon())
  await long.batches.idle()
  await waiting
  assert.deepEqual(
    [short.sizes, long.sizes],
    [
      [1, 1],
      [1, 1],
    ],
  )
})

test('an acknowledgement that came in while the process was busy counts, though it is read too late', async () => {
  const batches = new Batches(() => new Promise((resolve) => setImmediate(() => resolve('RECORDED'))), 1)
  const recorded = batches.add(createEntry(), Date.now() + 5)
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 30)
  await recorded
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { addHistograms, bucketOf, buckets, percentileOf, precision } from './duration-histogram.ts'

test('each duration up to 20 s is told to within the precision, and short ones exactly', () => {
  for (let ms = 0; ms <= 20_000; ms += 1) {
    const told = buckets[bucketOf(ms)]?.ms ?? Number.NaN
    assert.ok(Math.abs(told - ms) <= ms * precision, `${ms} is told as ${told}`)
    if (ms <= 18) assert.equal(told, ms)
  }
  assert.equal(bucketOf(10_000_000), buckets.length - 1)
})

/** Stored counts rest on the buckets: another edge would make what was counted something else. */
test('the buckets are those that stored counts were made with', () => {
  assert.equal(buckets.length, 90)
  const edges = buckets.map(({ upToMs }) => upToMs)
  assert.deepEqual(edges.slice(15, 24), [15, 16, 17, 18, 20, 23, 26, 29, 32])
  assert.deepEqual(edges.slice(-3), [18_967, 20_964, Infinity])
})

const durations = fc.array(fc.oneof(fc.nat(40), fc.nat(900), fc.nat(20_000)), {
  minLength: 1,
  maxLength: 300,
})

test('percentiles of merged histograms are within the precision of the exact ones', () => {
  fc.assert(
    fc.property(
      fc.array(durations, { minLength: 1, maxLength: 5 }),
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      (parts, share) => {
        const merged = addHistograms(
          parts.map((part) => {
            const counts: number[] = []
            for (const ms of part) counts[bucketOf(ms)] = (counts[bucketOf(ms)] ?? 0) + 1
            return Array.from(counts, (count) => count ?? 0)
          }),
        )
        const sorted = parts.flat().sort((a, b) => a - b)
        const exact = sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN
        const told = percentileOf(merged, share) ?? Number.NaN
        assert.ok(Math.abs(told - exact) <= exact * precision, `${exact} is told as ${told}`)
      },
    ),
  )
  assert.equal(percentileOf([], 0.95), null)
})

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { writeComparison, writeEndToEnd } from './report.ts'

const load = { perSecond: 100, p50: 1, p99: 2 }
const ofCpu = (cpuMs: number) => ({ ...load, cpuMs, calls: 1 })

test('the ratio of a comparison is that of the medians over its rounds, and the record is shown without a bar', () => {
  const measured = {
    stock: [3, 9, 4].map(ofCpu),
    unrecorded: [2, 1, 8].map(ofCpu),
    recorded: [4, 9, 5].map(ofCpu),
  }
  const results = new Map([['small', measured]])
  const { text, ratios } = writeComparison(results, { rounds: 3, connections: 16 })
  assert.deepEqual(ratios, [2])
  assert.match(
    text,
    /\| small \| stock \| 4\.000 \| 100 \| 1\.0 \| 2\.0 \| 1 \| \|\n\| \| ours, no record \| 2\.000 .* \*\*2\.00\*\* \|/,
  )
  assert.match(text, /\| \| ours, recording \| 5\.000 .* \| 0\.80 \|/)
})

test('what everything together does is told with the processor time of each part and both starts', () => {
  const cpuMs = { gateway: 0.5, subgraphs: 1.25, PostgreSQL: 2 }
  const text = writeEndToEnd(
    {
      measurements: [{ title: 'small', ...load, cpuMs }],
      firstAnswerSeconds: { fromNothing: 9.87, again: 3 },
    },
    16,
  )
  assert.match(text, /\| small \| 100 \| 1\.0 \| 2\.0 \| 0\.50 \| 1\.25 \| 2\.00 \|/)
  assert.match(text, /first answered query: 9\.9 s on an empty folder, 3\.0 s/)
})

test('docs/benchmarks.md has a place for both tables, and figures in them', () => {
  const document = readFileSync(new URL('../../docs/benchmarks.md', import.meta.url), 'utf8')
  for (const name of ['gateway', 'end-to-end'])
    assert.match(document, new RegExp(`<!-- ${name} -->\\n[^]*\\| small query \\|[^]*<!-- /${name} -->\\n`))
})

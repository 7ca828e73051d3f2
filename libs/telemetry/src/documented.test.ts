import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { metricCatalogue, type MetricDescription } from './catalogue.ts'
import { Metrics } from './metrics.ts'

const document = readFileSync(new URL('../../../docs/observability.md', import.meta.url), 'utf8')
const rows = new Map(
  [...document.matchAll(/^\| `(commonchart_\w+)`\s*\| (\w+)\s*\|([^|]*)\|/gm)].map(
    ([, name = '', type, labels = '']) => [
      name,
      { type, labels: labels.split(',').map((label) => label.trim()) },
    ],
  ),
)

test('each metric is described with its type and its labels, and none that does not exist', () => {
  const described = Object.fromEntries(
    Object.entries<MetricDescription>(metricCatalogue).map(([name, { type, labels }]) => [
      name,
      { type, labels: labels.length > 0 ? [...labels] : [''] },
    ]),
  )
  assert.deepEqual(Object.fromEntries(rows), described)
})

test('rules and text speak of no metric that does not exist', async () => {
  const { text } = await new Metrics().write()
  const ofNode = new Set([...text.matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name))
  const named = [...document.matchAll(/\b((?:commonchart|nodejs|process)_\w+_\w+)\b/g)].map(
    ([, name = '']) => name,
  )
  for (const name of named)
    assert.ok(
      Object.hasOwn(metricCatalogue, name.replace(/_(bucket|sum|count)$/, '')) || ofNode.has(name),
      `${name} does not exist`,
    )
  assert.ok(named.length > rows.size)
})

test('every alert has an expression that names a metric, and says how long it must hold', () => {
  const rules = [...document.matchAll(/- alert: (\w+)\n\s+expr: (.+)\n\s+for: (\d+[sm])\n/g)]
  assert.equal(rules.length, document.split('- alert:').length - 1)
  for (const [, alert, expression = ''] of rules)
    assert.match(expression, /\b(commonchart_|nodejs_|up\{)/, `${alert} names a metric`)
})

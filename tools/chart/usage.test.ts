import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { startTestChart } from './test-chart.ts'

const chart = await startTestChart()
beforeEach(() => chart.reset())
after(() => chart.close())

const long = new Date(Date.now() - 100 * 86_400_000).toISOString()
const node = (element: string) => ({
  ...{ element, consumer: { id: '3', name: 'Portal' }, graph: 'ENTERPRISE' },
  ...{ requests: 431, lastUsedAt: '2026-11-20T10:11:12.130Z' },
})
const page = (elements: string[], endCursor: string | null = null, recordedSince: string | null = long) => ({
  body: {
    data: {
      elementUsage: {
        ...{
          nodes: elements.map(node),
          pageInfo: { hasNextPage: endCursor !== null, endCursor },
          recordedSince,
        },
      },
    },
  },
})

test('a domain is exported one JSON object a line, over all pages, in the form that gateway:check reads', async () => {
  chart.gateway.answers.splice(0, 1, page(['Patient.email'], 'c1'), page(['Query.patient(id:)']))
  const { code, out, err } = await chart.run(['usage', 'export', '--domain', 'north'])
  assert.deepEqual([code, err], [0, ''])
  assert.equal(
    out,
    `{"domain":"north","consumer":{"id":"3","name":"Portal"},"graph":"ENTERPRISE","element":"Patient.email","requests":431,"lastUsedAt":"2026-11-20T10:11:12.130Z"}
{"domain":"north","consumer":{"id":"3","name":"Portal"},"graph":"ENTERPRISE","element":"Query.patient(id:)","requests":431,"lastUsedAt":"2026-11-20T10:11:12.130Z"}
`,
  )
  assert.deepEqual(
    chart.gateway.asked.map(({ variables }) => variables),
    [
      { domain: 'north', days: 90, after: null },
      { domain: 'north', days: 90, after: 'c1' },
    ],
  )
})

test('without a domain all are exported, and it is said since when use is on record', async () => {
  const yesterday = new Date(Date.now() - 86_400_000).toISOString()
  const domains = { nodes: [{ name: 'north' }, { name: 'south' }], pageInfo: { hasNextPage: false } }
  chart.gateway.answers.splice(
    0,
    1,
    { body: { data: { domains } } },
    page(['A.b'], null, yesterday),
    page([], null, null),
  )
  const { code, out, err } = await chart.run(['usage', 'export', '--days', '30'])
  assert.equal(code, 0)
  assert.deepEqual(
    out
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { domain: string }).domain),
    ['north'],
  )
  assert.equal(
    err,
    `north: use is on record since ${yesterday.slice(0, 10)} only.\nsouth: no use is on record in 30 days.\n`,
  )
})

test('a number of days that is not 1 to 90 is wrongly used', async () => {
  for (const days of ['0', '91', '1.5', 'x'])
    assert.equal((await chart.run(['usage', 'export', '--days', days])).code, 2)
})

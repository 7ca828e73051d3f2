import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestConsole, type TestConsole } from './test-console.ts'

let there: TestConsole
before(async () => {
  const metrics = { host: '127.0.0.1', port: 0 }
  there = await startTestConsole({ telemetry: { metrics, traces: null } })
})
after(() => there.stop())

test('requests are counted by what they ask for, and nothing of what anybody typed is a label', async () => {
  const support = await there.first('north')
  assert.equal((await support.send('GET', '/api/domains/north/members')).status, 200)
  await fetch(`${there.url}/Zebediah?name=Quillfeather`)
  const metrics = await (await fetch(`http://127.0.0.1:${there.metricsPort}/metrics`)).text()
  for (const kind of ['page', 'auth', 'api'])
    assert.match(
      metrics,
      new RegExp(`^commonchart_console_request_seconds_count\\{side="domain",kind="${kind}",`, 'm'),
    )
  assert.doesNotMatch(metrics, /Zebediah|Quillfeather|north|First/)
  assert.match(metrics, /^process_cpu_seconds_total /m)
})

test('the console itself has no path for metrics', async () => {
  const page = await (await fetch(`${there.url}/metrics`)).text()
  assert.doesNotMatch(page, /commonchart_console_request_seconds/)
})

import assert from 'node:assert/strict'
import { syncBuiltinESMExports } from 'node:module'
import perfHooks from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { test } from 'node:test'
import { Registry } from 'prom-client'
import { collectProcessMetrics } from './process-metrics.ts'

test('a process with nothing to do is not woken more than ten times a second to see how late it is', (t) => {
  const monitor = t.mock.method(perfHooks, 'monitorEventLoopDelay')
  syncBuiltinESMExports()
  t.after(() => {
    monitor.mock.restore()
    syncBuiltinESMExports()
  })
  collectProcessMetrics(new Registry())
  const intervals = monitor.mock.calls.map(({ arguments: [options] }) => options?.resolution ?? 10)
  assert.ok(intervals.length > 0)
  for (const intervalMs of intervals) assert.ok(intervalMs >= 100, `${intervalMs} ms`)
})

test('a loop that stood still was late by as much, and one that did not was hardly late', async () => {
  const registry = new Registry()
  collectProcessMetrics(registry)
  const read = async (what: string): Promise<number> => {
    const text = await registry.metrics()
    return Number(new RegExp(`^nodejs_eventloop_lag_${what}_seconds (.+)$`, 'm').exec(text)?.[1])
  }
  assert.ok(Number.isNaN(await read('p99')), 'nothing is told before anything was seen')
  await pause(150)
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300)
  await pause(1)
  const stoodStill = await read('max')
  assert.ok(stoodStill > 0.19, `${stoodStill} s`)
  let idle = Number.NaN
  for (let tries = 0; tries < 20 && !(idle < 0.05); tries += 1) {
    await pause(250)
    idle = await read('p50')
  }
  assert.ok(idle < 0.05, `${idle} s`)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pino } from 'pino'
import { composeClinic } from '../../fixtures/clinic-subgraphs.ts'
import { defaultLimits } from '../limits/limits.ts'
import { Graphs } from './graphs.ts'
import { takeTurns } from './take-turns.ts'

const block = new Int32Array(new SharedArrayBuffer(4))

test('after a long step, others have as much time as it took', async () => {
  const betweenSteps = takeTurns()
  for (const stepMs of [60, 120]) {
    Atomics.wait(block, 0, 0, stepMs)
    let going = true
    let turns = 0
    const count = (): void => {
      turns += 1
      if (going) setTimeout(count, 1)
    }
    count()
    await betweenSteps()
    going = false
    assert.ok(turns > 5, String(turns))
  }
})

test('a supergraph that takes the place of another is opened in steps, between which others run', async () => {
  const graphs = new Graphs({
    openSources: () => ({ create: () => ({ process: () => Promise.resolve({}) }), close: () => undefined }),
    ...{ limits: defaultLimits, logger: pino({ level: 'silent' }) },
  })
  const urls = { patients: 'http://a.test', appointments: 'http://b.test' }
  await graphs.replace(composeClinic(urls))
  let turns = 0
  let going = true
  const count = (): void => {
    turns += 1
    if (going) setImmediate(count)
  }
  count()
  await graphs.replace(composeClinic(urls, 'extend type Query { more: String }'))
  going = false
  // Three graphs, and each in four steps.
  assert.ok(turns >= 12, String(turns))
  await graphs.close()
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pino } from 'pino'
import { composeClinic } from '../../fixtures/clinic-subgraphs.ts'
import { waitUntil } from '../../fixtures/running-gateway.ts'
import { defaultLimits } from '../limits/limits.ts'
import { Graphs } from './graphs.ts'

test('what a supergraph asks its subgraphs by is closed when it is refused, and when the next has taken its place', async () => {
  const opened: { asked: string[]; isClosed: boolean }[] = []
  const graphs = new Graphs({
    openSources() {
      const sources = { asked: [] as string[], isClosed: false }
      opened.push(sources)
      return {
        create(name) {
          sources.asked.push(name)
          return { process: () => Promise.resolve({}) }
        },
        close: () => void (sources.isClosed = true),
      }
    },
    ...{ limits: defaultLimits, logger: pino({ level: 'silent' }) },
  })
  const closed = (): boolean[] => opened.map(({ isClosed }) => isClosed)
  const supergraph = composeClinic({ patients: 'http://a.test', appointments: 'http://b.test' })
  await graphs.replace(supergraph)
  assert.deepEqual([...new Set(opened[0]?.asked)].sort(), ['appointments', 'patients'])
  await assert.rejects(graphs.replace('type Query { patient: String }'))
  assert.deepEqual(closed(), [false, true])
  await graphs.replace(`${supergraph}\n`)
  await waitUntil(() => opened[0]?.isClosed === true, 'the first is closed')
  assert.deepEqual(closed(), [true, true, false])
  await graphs.close()
  assert.deepEqual(closed(), [true, true, true])
})

import { parseArgs } from 'node:util'
import { queries } from './clinic.ts'
import { replaceSection } from './document.ts'
import { startGateway } from './gateways.ts'
import { measure } from './measure.ts'
import { measureCommits } from './record-commits.ts'
import { listQuery, smallQuery } from './record-frames.ts'
import { measureOverhead } from './record-overhead.ts'
import { writeCommits, writeOverhead, writeSearch, writeUsage, type RecordSection } from './record-report.ts'
import { measureSearch } from './record-search.ts'
import { measureUsage } from './record-usage.ts'
import { openSetting } from './setting.ts'

/**
 * Measures what the record costs and what it bears, each as a ratio within the run. `--only` takes `overhead`, `commits`,
 * `search` or `usage`; `--write` puts the figures into docs/benchmarks.md. Fails below a bar.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    connections: { type: 'string', default: '16,64' },
    records: { type: 'string', default: '12800' },
    rows: { type: 'string', default: '1000000' },
    profile: { type: 'string' },
    only: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
})
const [rounds, records] = [Number(values.rounds), Number(values.records)]
const connections = values.connections.split(',').map(Number)

function show(name: string, { text, missed }: RecordSection): void {
  console.log(`\n${text}`)
  if (values.write) replaceSection(`record-${name}`, text)
  for (const bar of missed) console.error(bar)
  if (missed.length > 0) process.exitCode = 1
}

/** What one gateway does at most: the small query, without the record, over subgraphs that answer from memory. */
async function measureGateway(): Promise<number> {
  const [small] = queries
  if (!small) throw new Error('the bench has no query')
  const setting = await openSetting()
  const gateway = await startGateway('unrecorded', setting.environment)
  try {
    return (await measure(gateway, 'unrecorded', small, setting, connections[0] ?? 16)).perSecond
  } finally {
    await gateway.stop()
    await setting.close()
  }
}

const isAsked = (name: string): boolean => values.only === undefined || values.only === name
if (isAsked('overhead'))
  show('overhead', writeOverhead(await measureOverhead(queries, { rounds, connections })))
if (isAsked('commits')) {
  const gatewayPerSecond = await measureGateway()
  const small = await measureCommits(smallQuery, { records, rounds, profile: values.profile })
  const list = await measureCommits(listQuery, { records: records / 16, rounds })
  show('commits', writeCommits([small, list], gatewayPerSecond))
}
if (isAsked('search')) {
  const rows = [10_000, Number(values.rows)]
  show('search', writeSearch(await measureSearch(rows), rows))
}
if (isAsked('usage')) show('usage', writeUsage(await measureUsage(Number(values.rows)), Number(values.rows)))

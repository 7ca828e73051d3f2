import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { queries } from './clinic.ts'
import { startGateway, type GatewayName } from './gateways.ts'
import { measure, type Measurement } from './measure.ts'
import { openSetting } from './setting.ts'
import { writeReport } from './report.ts'

/**
 * Compares our gateway, with all it has on and a different token for each request, with stock Apollo: each alone in its
 * process, in turn within one run, over the same memoised subgraphs, asked from this process.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    connections: { type: 'string', default: '16' },
    profile: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
})

/** Ours takes at most this share of the stock gateway's processor time. */
const bar = 1.3

const names: GatewayName[] = ['stock', 'ours']
const results = new Map(
  queries.map(({ title }) => [title, { stock: [] as Measurement[], ours: [] as Measurement[] }]),
)
const setting = await openSetting()
try {
  for (let round = 1; round <= Number(values.rounds); round++)
    for (const name of round % 2 ? names : names.toReversed()) {
      const gateway = await startGateway(name, setting.environment, values.profile)
      for (const query of queries) {
        const measurement = await measure(gateway, name, query, setting, Number(values.connections))
        results.get(query.title)?.[name].push(measurement)
        console.log(
          `round ${round}, ${name}, ${query.title}: ${measurement.cpuMs.toFixed(3)} ms of CPU a request`,
        )
      }
      await gateway.stop()
    }
} finally {
  await setting.close()
}

const { text, ratios } = writeReport(results, {
  rounds: Number(values.rounds),
  connections: Number(values.connections),
})
console.log(`\n${text}`)
if (values.write) {
  const file = new URL('../../docs/benchmarks.md', import.meta.url)
  const [start, end] = ['<!-- gateway -->\n', '<!-- /gateway -->\n']
  const old = readFileSync(file, 'utf8')
  const [head, rest = ''] = old.split(start)
  writeFileSync(file, `${head}${start}${text}${end}${rest.split(end)[1] ?? ''}`)
}
if (ratios.some((ratio) => ratio < bar)) {
  console.error(`the bar is ${bar}`)
  process.exitCode = 1
}

import { parseArgs } from 'node:util'
import { queries } from './clinic.ts'
import { compareGateways } from './compare-gateways.ts'
import { replaceSection } from './document.ts'
import { measureEndToEnd } from './end-to-end.ts'
import { writeComparison, writeEndToEnd } from './report.ts'

/**
 * Compares our gateway with stock Apollo, which has a bar, and then measures everything together, which has none.
 * `--only` takes `gateway` or `end-to-end`; `--write` puts the figures into docs/benchmarks.md.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    connections: { type: 'string', default: '16' },
    profile: { type: 'string' },
    only: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
})
const [rounds, connections] = [Number(values.rounds), Number(values.connections)]

/** Ours takes at most this share of the stock gateway's processor time. */
const bar = 1.3

function show(section: string, text: string): void {
  console.log(`\n${text}`)
  if (values.write) replaceSection(section, text)
}

if (values.only !== 'end-to-end') {
  const results = await compareGateways(queries, { rounds, connections, profile: values.profile })
  const { text, ratios } = writeComparison(results, { rounds, connections })
  show('gateway', text)
  if (ratios.some((ratio) => ratio < bar)) {
    console.error(`the bar is ${bar}`)
    process.exitCode = 1
  }
}
if (values.only !== 'gateway')
  show('end-to-end', writeEndToEnd(await measureEndToEnd(queries, connections), connections))

import { cpus } from 'node:os'
import type { Measurement } from './measure.ts'

type Results = Map<string, { stock: Measurement[]; ours: Measurement[] }>

/** Writes the table of a run, medians over its rounds, and gives how many times less processor time ours takes. */
export function writeReport(
  results: Results,
  { rounds, connections }: { rounds: number; connections: number },
): { text: string; ratios: number[] } {
  const ratios: number[] = []
  const rows = [...results].flatMap(([title, { stock, ours }]) => {
    const [left, right] = [summarise(stock), summarise(ours)]
    ratios.push(left.cpuMs / right.cpuMs)
    return [
      `| ${title} | stock | ${write(left)} | |`,
      `| | ours | ${write(right)} | **${(left.cpuMs / right.cpuMs).toFixed(2)}** |`,
    ]
  })
  const text = [
    `Medians of ${rounds} rounds, ${connections} connections, Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model.trim()}.`,
    '',
    '| query | gateway | CPU ms/request | requests/s | p50 ms | p99 ms | subgraph calls | stock CPU ÷ ours |',
    '| --- | --- | --: | --: | --: | --: | --: | --: |',
    ...rows,
    '',
  ].join('\n')
  return { text, ratios }
}

function write({ cpuMs, perSecond, p50, p99, calls }: Measurement): string {
  return [cpuMs.toFixed(3), perSecond.toFixed(0), p50.toFixed(1), p99.toFixed(1), calls.toFixed(0)].join(
    ' | ',
  )
}

function summarise(measurements: Measurement[]): Measurement {
  const median = (of: (each: Measurement) => number): number =>
    measurements.map(of).sort((a, b) => a - b)[Math.floor(measurements.length / 2)] ?? Number.NaN
  return {
    cpuMs: median((each) => each.cpuMs),
    perSecond: median((each) => each.perSecond),
    p50: median((each) => each.p50),
    p99: median((each) => each.p99),
    calls: median((each) => each.calls),
  }
}

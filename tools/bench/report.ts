import { cpus } from 'node:os'
import type { EndToEnd } from './end-to-end.ts'
import type { Comparison } from './compare-gateways.ts'
import type { Measurement } from './measure.ts'
import { parts } from './whole-stack.ts'

/**
 * Writes the table of a comparison, medians over its rounds, and gives how many times less processor time ours takes where
 * it does what stock does: without the record.
 */
export function writeComparison(
  results: Comparison,
  { rounds, connections }: { rounds: number; connections: number },
): { text: string; ratios: number[] } {
  const ratios: number[] = []
  const rows = [...results].flatMap(([title, measured]) => {
    const stock = summarise(measured.stock)
    const unrecorded = summarise(measured.unrecorded)
    const recorded = summarise(measured.recorded)
    ratios.push(stock.cpuMs / unrecorded.cpuMs)
    return [
      `| ${title} | stock | ${write(stock)} | |`,
      `| | ours, no record | ${write(unrecorded)} | **${(stock.cpuMs / unrecorded.cpuMs).toFixed(2)}** |`,
      `| | ours, recording | ${write(recorded)} | ${(stock.cpuMs / recorded.cpuMs).toFixed(2)} |`,
    ]
  })
  const text = [
    `Medians of ${rounds} rounds, ${connections} connections, ${describeMachine()}.`,
    '',
    '| query | gateway | CPU ms/request | requests/s | p50 ms | p99 ms | subgraph calls | stock CPU ÷ ours |',
    '| --- | --- | --: | --: | --: | --: | --: | --: |',
    ...rows,
    '',
  ].join('\n')
  return { text, ratios }
}

/** Writes what the whole stack did. */
export function writeEndToEnd({ measurements, firstAnswerSeconds }: EndToEnd, connections: number): string {
  const rows = measurements.map(({ title, cpuMs, perSecond, p50, p99 }) => {
    const cells = [perSecond.toFixed(0), p50.toFixed(1), p99.toFixed(1)]
    return `| ${[title, ...cells, ...parts.map((part) => cpuMs[part].toFixed(2))].join(' | ')} |`
  })
  return [
    `One run, ${connections} connections, ${describeMachine()}.`,
    '',
    `| query | requests/s | p50 ms | p99 ms | ${parts.map((part) => `${part} CPU ms/request`).join(' | ')} |`,
    '| --- | --: | --: | --: | --: | --: | --: |',
    ...rows,
    '',
    `From \`npm start\` to the first answered query: ${firstAnswerSeconds.fromNothing.toFixed(1)} s on an empty folder, ` +
      `${firstAnswerSeconds.again.toFixed(1)} s on one that has its clinic.`,
    '',
  ].join('\n')
}

/** What a run ran on. */
export function describeMachine(): string {
  return `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model.trim()}`
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

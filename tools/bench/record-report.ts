import type { Commits } from './record-commits.ts'
import type { Overhead } from './record-overhead.ts'
import type { SearchFigures } from './record-search.ts'
import type { UsageFigures } from './record-usage.ts'
import { describeMachine } from './report.ts'

/** A part of the bench of the record as it is written down, and the bars that it missed. */
export interface RecordSection {
  text: string
  missed: string[]
}

/** The least share of requests per second that is left with the record. */
const overheadBar = 0.8
/** How many gateways' records consumers-audit commits at least, and the least share of plain inserts. */
const gatewaysBar = 3
const plainBar = 0.2
/** How many times longer a search may take over the long log. */
const searchBar = 2

export function writeOverhead(measured: Overhead[]): RecordSection {
  return section(
    [
      ...['query', 'clients', 'requests/s without the record', 'requests/s with it', 'ratio'],
      ...['CPU ms/request without', 'CPU ms/request with', 'ratio of CPU'],
    ],
    measured.map(({ title, connections, recorded, unrecorded, ratio, cpuMs }) => [
      ...[title, String(connections), unrecorded.toFixed(0), recorded.toFixed(0), bold(ratio)],
      ...[cpuMs.unrecorded.toFixed(2), cpuMs.recorded.toFixed(2), bold(cpuMs.ratio)],
    ]),
    measured.flatMap(({ title, connections, ratio }) =>
      judge(`requests/s with the record, ${title}, ${connections} clients`, ratio, overheadBar),
    ),
  )
}

/** The bars are those of the first, the small query; the others say how the cost grows. */
export function writeCommits(measured: Commits[], gatewayPerSecond: number): RecordSection {
  const [small] = measured
  if (!small) throw new Error('nothing was measured')
  const gateways = small.recordsPerSecond / gatewayPerSecond
  const { text, missed } = section(
    [
      ...[
        'query',
        'records/s',
        'records a transaction',
        'CPU ms/record',
        'PostgreSQL CPU ms/record',
        'plain rows/s',
      ],
      ...['share of plain', 'same rows, barely, records/s', 'its share of plain'],
      ...['numbered after s', 'raw bytes', 'stored bytes', 'stored ÷ raw'],
    ],
    measured.map((each) => [
      ...[each.title, each.recordsPerSecond.toFixed(0), each.batch.toFixed(0), each.cpuMs.own.toFixed(3)],
      ...[each.cpuMs.postgres.toFixed(3), each.plainPerSecond.toFixed(0)],
      bold(each.recordsPerSecond / each.plainPerSecond),
      ...[each.barePerSecond.toFixed(0), bold(each.barePerSecond / each.plainPerSecond)],
      ...[each.sequencedAfterSeconds.toFixed(1), each.rawBytes.toFixed(0), each.storedBytes.toFixed(0)],
      bold(each.storedBytes / each.rawBytes, 1),
    ]),
    [
      ...judge('records/s by requests/s of a gateway', gateways, gatewaysBar),
      ...judge('records/s by plain rows/s', small.recordsPerSecond / small.plainPerSecond, plainBar),
    ],
  )
  const compared = `A gateway by itself, without the record: ${gatewayPerSecond.toFixed(0)} requests/s of the small query; consumers-audit commits ${bold(gateways)} times as many records.`
  return { text: `${text}\n${compared}\n`, missed }
}

export function writeSearch(measured: SearchFigures[], rows: number[]): RecordSection {
  const ratios = measured.map(({ p95Ms }) => (p95Ms.at(-1) ?? Number.NaN) / (p95Ms[0] ?? Number.NaN))
  return section(
    ['search by', ...rows.map((count) => `p95 ms over ${count} rows`), 'ratio'],
    measured.map(({ filter, p95Ms }, at) => [
      filter,
      ...p95Ms.map((each) => each.toFixed(1)),
      bold(ratios[at]),
    ]),
    ratios.flatMap((ratio, at) =>
      ratio <= searchBar || !measured[at]?.isJudged
        ? []
        : [`a search takes ${ratio.toFixed(2)} times as long; the bar is ${searchBar}`],
    ),
  )
}

/** There is no bar: what is told of use does not grow with the number of requests. */
export function writeUsage(measured: UsageFigures[], requests: number): RecordSection {
  return section(
    [`of ${requests} requests`, 'median ms', 'p95 ms'],
    measured.map(({ asked, medianMs, p95Ms }) => [asked, medianMs.toFixed(0), p95Ms.toFixed(0)]),
    [],
  )
}

function section(head: string[], rows: string[][], missed: string[]): RecordSection {
  const lines = [head, head.map((_, at) => (at === 0 ? '---' : '--:')), ...rows]
  const table = lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
  return { text: `${describeMachine()}.\n\n${table}\n`, missed }
}

function judge(what: string, ratio: number, bar: number): string[] {
  return ratio >= bar ? [] : [`${what}: ${ratio.toFixed(2)}; the bar is ${bar}`]
}

function bold(ratio: number | undefined, digits = 2): string {
  return `**${(ratio ?? Number.NaN).toFixed(digits)}**`
}

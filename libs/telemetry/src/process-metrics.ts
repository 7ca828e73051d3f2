import { monitorEventLoopDelay } from 'node:perf_hooks'
import { collectDefaultMetrics, Gauge, type Registry } from 'prom-client'

/**
 * How often a timer looks how late it is. Each look wakes the process, for some 40 µs of processor time: a hundred a second,
 * as prom-client has them, cost more than all counting of requests.
 */
const lookEveryMs = 100
/** The longest interval that Node takes, 25 days: prom-client's own timer cannot be left out. */
const neverMs = 2 ** 31 - 1

/** What Node measures: the time from one look to the next, in nanoseconds. */
type Delays = ReturnType<typeof monitorEventLoopDelay>

const lags: Record<string, (delays: Delays) => number> = {
  min: ({ min }) => readLate(min),
  max: ({ max }) => readLate(max),
  mean: ({ mean }) => readLate(mean),
  stddev: ({ stddev }) => stddev / 1e9,
  p50: (delays) => readLate(delays.percentile(50)),
  p90: (delays) => readLate(delays.percentile(90)),
  p99: (delays) => readLate(delays.percentile(99)),
}

function readLate(between: number): number {
  return Math.max(between / 1e9 - lookEveryMs / 1000, 0)
}

/**
 * Keeps what prom-client knows of Node and of the process. How late the event loop was is looked at less often than it does,
 * and told without the time that lies between two looks anyway: what there was since it was last told.
 */
export function collectProcessMetrics(registry: Registry): void {
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: neverMs })
  const delays = monitorEventLoopDelay({ resolution: lookEveryMs })
  delays.enable()
  const gauges: [Gauge, (delays: Delays) => number][] = []
  /** Called by the first of them, for all: they are told together, in this order. */
  const collect = (): void => {
    for (const [gauge, read] of gauges)
      if (delays.count > 0) gauge.set(read(delays))
      else gauge.remove()
    delays.reset()
  }
  for (const [what, read] of Object.entries(lags)) {
    const name = `nodejs_eventloop_lag_${what}_seconds`
    registry.removeSingleMetric(name)
    const help = `How late the event loop was: ${what}.`
    gauges.push([
      new Gauge({ name, help, registers: [registry], ...(gauges.length === 0 && { collect }) }),
      read,
    ])
  }
}

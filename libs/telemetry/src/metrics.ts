import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { metricCatalogue, type MetricDescription, type MetricName, type MetricOf } from './catalogue.ts'
import { collectProcessMetrics } from './process-metrics.ts'

/** A reading of a gauge: the values of its labels in the order of the catalogue, and its own. */
export type Reading = readonly [labels: readonly string[], value: number]

/** Adds to a metric under these values of its labels, in the order of the catalogue. */
export type Observe = (labels: readonly string[], value: number) => void

/** So many values of labels are told apart; what comes later is counted together as `other`. */
const mostSeries = 5000

/** The metrics of one process: those of the catalogue that it keeps, and those of Node and of the process itself. */
export class Metrics {
  private readonly registry = new Registry()

  constructor() {
    collectProcessMetrics(this.registry)
  }

  counter(name: MetricOf<'counter'>): Observe {
    const counter = new Counter({ ...this.describe(name) })
    return remember((labels) => {
      const series = counter.labels(...labels)
      return (value) => series.inc(value)
    })
  }

  histogram(name: MetricOf<'histogram'>): Observe {
    const { buckets = [] } = metricCatalogue[name]
    const histogram = new Histogram({ ...this.describe(name), buckets: [...buckets] })
    return remember((labels) => {
      const series = histogram.labels(...labels)
      return (value) => series.observe(value)
    })
  }

  /** `read` is called whenever somebody looks. */
  gauge(name: MetricOf<'gauge'>, read: () => readonly Reading[] | Promise<readonly Reading[]>): void {
    const described = this.describe(name)
    const { labelNames } = described
    new Gauge({
      ...described,
      async collect() {
        const readings = await read()
        // One without labels would be 0 after `reset`, which is not the same as unknown.
        if (labelNames.length === 0) this.remove()
        else this.reset()
        for (const [labels, value] of readings) this.labels(...labels).set(value)
      },
    })
  }

  /** Everything in the text format of Prometheus. */
  write(): Promise<{ type: string; text: string }> {
    return this.registry.metrics().then((text) => ({ type: this.registry.contentType, text }))
  }

  private describe(name: MetricName): {
    name: string
    help: string
    labelNames: string[]
    registers: Registry[]
  } {
    const { help, labels }: MetricDescription = metricCatalogue[name]
    return { name, help, labelNames: [...labels], registers: [this.registry] }
  }
}

/** Finds the series of some labels once, and has no more of them than are told apart. */
function remember(create: (labels: readonly string[]) => (value: number) => void): Observe {
  const known = new Map<string, (value: number) => void>()
  return (labels, value) => {
    const key = labels.join('\n')
    let series = known.get(key)
    if (!series) {
      series = known.size < mostSeries ? create(labels) : create(labels.map(() => 'other'))
      if (known.size < mostSeries) known.set(key, series)
    }
    series(value)
  }
}

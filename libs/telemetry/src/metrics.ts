import { Gauge, Registry, type Metric } from 'prom-client'
import { metricCatalogue, type MetricDescription, type MetricName, type MetricOf } from './catalogue.ts'
import { collectProcessMetrics } from './process-metrics.ts'
import { Series } from './series.ts'

/** A reading of a gauge: the values of its labels in the order of the catalogue, and its own. */
export type Reading = readonly [labels: readonly string[], value: number]

/** Adds to a metric under these values of its labels, in the order of the catalogue. */
export type Observe = (labels: readonly string[], value: number) => void

/** What Prometheus is told of one series: lines of its text. */
type Read<Kept> = (
  labels: Record<string, string>,
  kept: Kept,
) => { metricName?: string; labels: Record<string, string | number>; value: number }[]

/** The metrics of one process: those of the catalogue that it keeps, and those of Node and of the process itself. */
export class Metrics {
  private readonly registry = new Registry()

  constructor() {
    collectProcessMetrics(this.registry)
  }

  counter(name: MetricOf<'counter'>): Observe {
    const series = new Series(() => ({ total: 0 }))
    this.tell(name, series, (labels, { total }) => [{ labels, value: total }])
    return (labels, value) => void (series.find(labels).total += value)
  }

  histogram(name: MetricOf<'histogram'>): Observe {
    const bounds = [...metricCatalogue[name].buckets, Number.POSITIVE_INFINITY]
    const series = new Series(() => ({ sum: 0, counts: bounds.map(() => 0) }))
    this.tell(name, series, (labels, { sum, counts }) => {
      let count = 0
      const buckets = bounds.map((bound, at) => ({
        ...{ metricName: `${name}_bucket`, value: (count += counts[at] ?? 0) },
        labels: { le: bound === Number.POSITIVE_INFINITY ? '+Inf' : bound, ...labels },
      }))
      return [
        ...buckets,
        { metricName: `${name}_sum`, labels, value: sum },
        { metricName: `${name}_count`, labels, value: count },
      ]
    })
    return (labels, value) => {
      const kept = series.find(labels)
      const at = bounds.findIndex((bound) => value <= bound)
      kept.sum += value
      kept.counts[at] = (kept.counts[at] ?? 0) + 1
    }
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

  /**
   * Has the registry write what we keep. prom-client's own counters and histograms put together and hash several strings for
   * each value that they take in, which made up most of what observing a request cost.
   */
  private tell<Kept>(name: MetricName, series: Series<Kept>, read: Read<Kept>): void {
    const { type, help, labels: names }: MetricDescription = metricCatalogue[name]
    const get = (): Promise<object> => {
      const values = series
        .list()
        .flatMap(([labels, kept]) =>
          read(Object.fromEntries(names.map((label, at) => [label, labels[at] ?? ''])), kept),
        )
      return Promise.resolve({ name, help, type, values })
    }
    if (names.length === 0) series.find([])
    this.registry.registerMetric({ name, help, type, get } as unknown as Metric)
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

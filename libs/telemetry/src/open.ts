import type { TelemetryConfig } from './config.ts'
import type { MetricsListener } from './listen.ts'
import type { Metrics } from './metrics.ts'
import type { OnLost } from './tell-losses.ts'
import type { Tracing } from './tracing.ts'

/** What a process tells of itself. What is not asked for is `undefined`, and costs a look at that. */
export interface Telemetry {
  metrics: Metrics | undefined
  tracing: Tracing | undefined
  /** Where metrics are to be had. */
  metricsPort: number | undefined
  close(): Promise<void>
}

/**
 * Opens what the configuration asks for; what it does not ask for is not even loaded. `onLost` is told of spans that the
 * collector did not take, once a minute at most. Must be closed.
 */
export async function openTelemetry(
  service: string,
  config: TelemetryConfig,
  onLost?: OnLost,
): Promise<Telemetry> {
  let metrics: Metrics | undefined
  let listener: MetricsListener | undefined
  let tracing: Tracing | undefined
  if (config.metrics) {
    const { Metrics } = await import('./metrics.ts')
    const { listenForMetrics } = await import('./listen.ts')
    metrics = new Metrics()
    listener = await listenForMetrics(metrics, config.metrics)
  }
  if (config.traces) tracing = (await import('./tracing.ts')).openTracing(service, config.traces, { onLost })
  return {
    metrics,
    tracing,
    metricsPort: listener?.port,
    async close() {
      await tracing?.close()
      await listener?.close()
    },
  }
}

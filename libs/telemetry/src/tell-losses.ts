import type { SpanExporter } from '@opentelemetry/sdk-trace'

/** Is told why spans did not reach the collector, and how many since it was last told. */
export type OnLost = (error: Error, spans: number) => void

/** A collector that takes nothing is told of once in that time: each process sends every few seconds. */
const silentMs = 60_000

/** ExportResultCode.SUCCESS. */
const taken = 0

/** Makes an exporter tell what it could not deliver, at most once a minute. */
export function tellLosses(
  exporter: SpanExporter,
  onLost: OnLost,
  now: () => number = Date.now,
): SpanExporter {
  let toldAt = Number.NEGATIVE_INFINITY
  let lost = 0
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        if (Number(result.code) !== taken) {
          lost += spans.length
          if (now() - toldAt >= silentMs) {
            onLost(result.error ?? new Error('spans were not taken'), lost)
            toldAt = now()
            lost = 0
          }
        }
        done(result)
      })
    },
    shutdown: () => exporter.shutdown(),
  }
}

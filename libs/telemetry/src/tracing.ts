import { setTimeout as pause } from 'node:timers/promises'
import { ROOT_CONTEXT, trace, TraceFlags, type Tracer } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { AlwaysOnSampler, BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import type { TracesConfig } from './config.ts'
import { TraceSpan, type SpanOptions } from './span.ts'
import { tellLosses, type OnLost } from './tell-losses.ts'
import { readTraceparent } from './traceparent.ts'

/** How long one sending may take, its repetitions included, and how long the end of a process waits for the last. */
const timeoutMillis = 3000
const longestCloseMs = 1000

type Header = string | string[] | undefined

/** Where the spans of a process come from. */
export interface Tracing {
  /**
   * Begins a span for something that came from outside, or from nowhere. Whether there is one is drawn by lot, in our own
   * share, whatever a caller's `traceparent` says of being sampled: its trace is gone on with, but nobody can make us
   * trace more, or not at all.
   */
  draw(name: string, options?: SpanOptions, traceparent?: Header): TraceSpan | undefined
  /** Begins a span for what another service of ours asks, where that traces it. The caller's identity is verified. */
  follow(name: string, options: SpanOptions, traceparent: Header): TraceSpan | undefined
  /** Sends what is left to be sent, as far as that can be done in a second. */
  close(): Promise<void>
}

/**
 * Opens tracing into an OTLP receiver over HTTP and JSON. Lost spans hold up nothing; `onLost` is told of them once a minute
 * at most.
 */
export function openTracing(
  service: string,
  { url, ratio, delayMs }: TracesConfig,
  { onLost = () => undefined, lot = Math.random }: { onLost?: OnLost; lot?: () => number } = {},
): Tracing {
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': service, 'service.namespace': 'commonchart' }),
    sampler: new AlwaysOnSampler(),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: tellLosses(new OTLPTraceExporter({ url, timeoutMillis }), onLost),
        scheduledDelayMillis: delayMs,
      }),
    ],
  })
  const tracer: Tracer = provider.getTracer('commonchart')
  const begin = (name: string, options: SpanOptions, traceparent: Header): TraceSpan => {
    const from = readTraceparent(traceparent)
    const parent = from ? trace.setSpanContext(ROOT_CONTEXT, from) : ROOT_CONTEXT
    return new TraceSpan(tracer, name, options, parent)
  }
  return {
    draw: (name, options = {}, traceparent) =>
      lot() < ratio ? begin(name, options, traceparent) : undefined,
    follow(name, options, traceparent) {
      if (traceparent === undefined || readTraceparent(traceparent)?.traceFlags !== TraceFlags.SAMPLED)
        return undefined
      return begin(name, options, traceparent)
    },
    async close() {
      const ended = provider.shutdown().catch(() => undefined)
      await Promise.race([ended, pause(longestCloseMs, undefined, { ref: false })])
    },
  }
}

import { AsyncLocalStorage } from 'node:async_hooks'
import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
  type Span,
  type Tracer,
} from '@opentelemetry/api'

/** What a span says of itself: by OpenTelemetry's semantic conventions, ours under `commonchart.`. Never what a client wrote. */
export type Attributes = Record<string, string | number | boolean | string[] | undefined>

export interface SpanOptions {
  kind?: 'internal' | 'server' | 'client'
  attributes?: Attributes
}

const kinds = { internal: SpanKind.INTERNAL, server: SpanKind.SERVER, client: SpanKind.CLIENT }

const active = new AsyncLocalStorage<TraceSpan>()

/** A part of a request that is traced. There is none for a request that is not: whoever asks gets `undefined`. */
export class TraceSpan {
  private readonly tracer: Tracer
  private readonly span: Span

  constructor(tracer: Tracer, name: string, { kind = 'internal', attributes }: SpanOptions, parent: Context) {
    this.tracer = tracer
    this.span = tracer.startSpan(name, { kind: kinds[kind], attributes }, parent)
  }

  /** Begins a part of this one. */
  child(name: string, options: SpanOptions = {}): TraceSpan {
    return new TraceSpan(this.tracer, name, options, trace.setSpan(ROOT_CONTEXT, this.span))
  }

  /** Runs work so that `currentSpan` gives this one, in all that it calls and waits for. */
  run<Result>(work: () => Result): Result {
    return active.run(this, work)
  }

  set(attributes: Attributes): void {
    for (const [name, value] of Object.entries(attributes))
      if (value !== undefined) this.span.setAttribute(name, value)
  }

  /** Ends it; `errorType` says that it failed, as a code or a class: messages may hold what nobody should read. */
  end(errorType?: string): void {
    if (errorType !== undefined) {
      this.span.setAttribute('error.type', errorType)
      this.span.setStatus({ code: SpanStatusCode.ERROR })
    }
    this.span.end()
  }

  /** What another service must be sent in the header `traceparent` (W3C Trace Context) to go on from here. */
  get traceparent(): string {
    const { traceId, spanId } = this.span.spanContext()
    return `00-${traceId}-${spanId}-01`
  }
}

/** The span within which this runs, when it is traced. */
export function currentSpan(): TraceSpan | undefined {
  return active.getStore()
}

/** Does work as a part of the current span; without one just does it. */
export function inSpan<Result>(
  name: string,
  options: SpanOptions,
  work: () => Promise<Result>,
): Promise<Result> {
  const span = active.getStore()?.child(name, options)
  return span ? runAndEnd(span, work) : work()
}

async function runAndEnd<Result>(span: TraceSpan, work: () => Promise<Result>): Promise<Result> {
  try {
    const result = await span.run(work)
    span.end()
    return result
  } catch (error) {
    span.end(nameError(error))
    throw error
  }
}

/** What of an error says nothing of the data: its code, or its class. */
export function nameError(error: unknown): string {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown }
  if (typeof code === 'string') return code
  return typeof name === 'string' ? name : 'Error'
}

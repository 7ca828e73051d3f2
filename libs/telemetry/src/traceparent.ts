import { TraceFlags, type SpanContext } from '@opentelemetry/api'

const form = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:$|-)/

/** Reads a `traceparent` header (W3C Trace Context, level 1); `undefined` for anything that is none. */
export function readTraceparent(header: string | string[] | undefined): SpanContext | undefined {
  const found = typeof header === 'string' && header.length < 512 ? form.exec(header) : null
  const [, traceId, spanId, flags] = found ?? []
  if (!traceId || !spanId || !flags) return undefined
  const isSampled = (Number.parseInt(flags, 16) & TraceFlags.SAMPLED) !== 0
  return {
    traceId,
    spanId,
    traceFlags: isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
    isRemote: true,
  }
}

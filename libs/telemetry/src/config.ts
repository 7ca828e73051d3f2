/** What a process tells of itself, and to whom. */
export interface TelemetryConfig {
  /** Where Prometheus looks; without it nothing is counted. */
  metrics: { host: string; port: number } | null
  /** Where spans go; without it there are none. */
  traces: TracesConfig | null
}

export interface TracesConfig {
  url: string
  /** The share of requests that is traced. */
  ratio: number
  /** How long spans gather before they leave. */
  delayMs: number
}

type Environment = Record<string, string | undefined>

/** One request in a hundred. */
const usualRatio = 0.01
const usualDelayMs = 5000

/**
 * Reads METRICS_PORT and METRICS_HOST, and of OpenTelemetry's variables OTEL_EXPORTER_OTLP_ENDPOINT,
 * OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, OTEL_TRACES_SAMPLER_ARG, OTEL_BSP_SCHEDULE_DELAY and OTEL_SDK_DISABLED. What cannot be
 * read goes to `problems`. The exporter itself reads OTEL_EXPORTER_OTLP_HEADERS and its like.
 */
export function readTelemetryConfig(environment: Environment, problems: string[]): TelemetryConfig {
  const { METRICS_PORT: port, METRICS_HOST: host } = environment
  if (port && !isPort(Number(port))) problems.push('METRICS_PORT is no port')
  return {
    metrics: port ? { host: host || '127.0.0.1', port: Number(port) } : null,
    traces: readTraces(environment, problems),
  }
}

function readTraces(environment: Environment, problems: string[]): TelemetryConfig['traces'] {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: base, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: whole } = environment
  const {
    OTEL_TRACES_SAMPLER_ARG: share,
    OTEL_SDK_DISABLED: disabled,
    OTEL_BSP_SCHEDULE_DELAY: delay,
  } = environment
  if (disabled?.toLowerCase() === 'true' || (!base && !whole)) return null
  const ratio = share ? Number(share) : usualRatio
  if (!(ratio >= 0 && ratio <= 1)) problems.push('OTEL_TRACES_SAMPLER_ARG is no share between 0 and 1')
  const url = whole || `${base?.replace(/\/+$/, '')}/v1/traces`
  if (!URL.canParse(url)) problems.push('OTEL_EXPORTER_OTLP_ENDPOINT is no URL')
  const delayMs = delay ? Number(delay) : usualDelayMs
  if (!(delayMs > 0)) problems.push('OTEL_BSP_SCHEDULE_DELAY is no number of milliseconds')
  return { url, ratio, delayMs }
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 0 && port <= 65_535
}

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readTelemetryConfig, type TelemetryConfig } from './config.ts'

function read(environment: Record<string, string>): TelemetryConfig & { problems: string[] } {
  const problems: string[] = []
  return { ...readTelemetryConfig(environment, problems), problems }
}

test('nothing is told of a process that is not asked to', () => {
  assert.deepEqual(read({}), { metrics: null, traces: null, problems: [] })
})

test('metrics are for this machine unless it is said otherwise', () => {
  assert.deepEqual(read({ METRICS_PORT: '9464' }).metrics, { host: '127.0.0.1', port: 9464 })
  assert.equal(read({ METRICS_PORT: '9464', METRICS_HOST: '0.0.0.0' }).metrics?.host, '0.0.0.0')
})

test('spans of one request in a hundred go where OpenTelemetry’s variables say', () => {
  const base = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector.test:4318/' }
  assert.deepEqual(read(base).traces, {
    url: 'http://collector.test:4318/v1/traces',
    ratio: 0.01,
    delayMs: 5000,
  })
  const whole = {
    ...base,
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://t.test/x',
    OTEL_TRACES_SAMPLER_ARG: '0',
    OTEL_BSP_SCHEDULE_DELAY: '50',
  }
  assert.deepEqual(read(whole).traces, { url: 'http://t.test/x', ratio: 0, delayMs: 50 })
  assert.equal(read({ ...base, OTEL_SDK_DISABLED: 'true' }).traces, null)
})

test('what cannot be read is named, all at once', () => {
  const { problems } = read({
    METRICS_PORT: 'http',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'collector',
    OTEL_TRACES_SAMPLER_ARG: '1 %',
  })
  assert.deepEqual(problems, [
    'METRICS_PORT is no port',
    'OTEL_TRACES_SAMPLER_ARG is no share between 0 and 1',
    'OTEL_EXPORTER_OTLP_ENDPOINT is no URL',
  ])
})

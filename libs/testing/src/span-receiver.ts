import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A span as it arrived, its attributes by name. */
export interface ReceivedSpan {
  service: string
  name: string
  traceId: string
  spanId: string
  parentSpanId: string | undefined
  attributes: Record<string, unknown>
  isError: boolean
}

/** Stands for a collector: takes spans over OTLP/HTTP in JSON. */
export interface SpanReceiver {
  /** OTEL_EXPORTER_OTLP_ENDPOINT. */
  url: string
  spans: ReceivedSpan[]
  /** Everything that arrived, as it was written. */
  text(): string
  close(): Promise<void>
}

type Value = {
  stringValue?: string
  intValue?: number | string
  boolValue?: boolean
  arrayValue?: { values: Value[] }
}
type Pair = { key: string; value: Value }
interface Export {
  resourceSpans: {
    resource: { attributes: Pair[] }
    scopeSpans: {
      spans: {
        name: string
        traceId: string
        spanId: string
        parentSpanId?: string
        attributes: Pair[]
        status?: { code?: number }
      }[]
    }[]
  }[]
}

/** Starts a receiver of spans. Must be closed. */
export async function startSpanReceiver(): Promise<SpanReceiver> {
  const spans: ReceivedSpan[] = []
  let text = ''
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      text += body
      spans.push(...readSpans(JSON.parse(body) as Export))
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    text: () => text,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      }),
  }
}

function readSpans({ resourceSpans }: Export): ReceivedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = String(readPairs(resource.attributes)['service.name'])
    return scopeSpans.flatMap((scope) =>
      scope.spans.map(({ name, traceId, spanId, parentSpanId, attributes, status }) => ({
        ...{ service, name, traceId, spanId, attributes: readPairs(attributes) },
        parentSpanId: parentSpanId || undefined,
        isError: status?.code === 2,
      })),
    )
  })
}

function readPairs(pairs: Pair[]): Record<string, unknown> {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, readValue(value)]))
}

function readValue({ stringValue, intValue, boolValue, arrayValue }: Value): unknown {
  if (arrayValue) return arrayValue.values.map(readValue)
  return stringValue ?? boolValue ?? Number(intValue)
}

import { appendFileSync, mkdirSync } from 'node:fs'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'

export type Graph = 'enterprise' | 'settings' | 'operator'

/** One GraphQL request that a whole-stack test sent to the gateway, and the answer it got. */
export type Exchange = {
  graph: Graph
  /** Whose data was asked: the host name that was spoken to. Answers of different scopes are never compared. */
  scope: string
  query: string
  operationName?: string | null
  variables?: Record<string, unknown> | null
  data?: Record<string, unknown> | null
  errors?: { message: string; path?: (string | number)[]; extensions?: Record<string, unknown> }[]
  /** Of the whole answer; its warnings tell what a request did that its data cannot. */
  extensions?: Record<string, unknown>
}

export type Recorder = { record(exchange: Exchange): void }

/**
 * Opens a recorder that appends each exchange to a file of its own process under `folder`, in the order recorded, and
 * is safe against a test that is killed. Without a folder it records nothing.
 */
export function openRecorder(folder: string | undefined): Recorder {
  if (!folder) return { record: () => undefined }
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `${process.pid}-${randomUUID()}.ndjson`)
  return { record: (exchange) => appendFileSync(file, `${JSON.stringify(exchange)}\n`) }
}

type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>

/**
 * A fetch that records what goes to a GraphQL endpoint of the gateway and passes everything on unchanged. The path
 * tells the graph; requests whose body is no single GraphQL request, and answers that are no JSON, are not recorded.
 */
export function recordingFetch(fetch: Fetch, recorder: Recorder): Fetch {
  return async (url, init) => {
    const response = await fetch(url, init)
    const graph = graphOf(new URL(url).pathname)
    const request = graph && typeof init?.body === 'string' ? parse(init.body) : null
    if (!graph || typeof request?.['query'] !== 'string') return response
    const answer = parse(await response.clone().text())
    if (!answer || !('data' in answer || 'errors' in answer)) return response
    const scope = new Headers(init?.headers).get('host') ?? new URL(url).host
    recorder.record({ graph, scope, ...(request as { query: string }), ...pick(answer) })
    return response
  }
}

/** The graph that an endpoint of the gateway serves. */
export function graphOf(path: string): Graph | null {
  if (path === '/graphql') return 'enterprise'
  if (path === '/settings/graphql') return 'settings'
  return path === '/operator/graphql' ? 'operator' : null
}

function pick(answer: Record<string, unknown>): Pick<Exchange, 'data' | 'errors' | 'extensions'> {
  const { data, errors, extensions } = answer as Pick<Exchange, 'data' | 'errors' | 'extensions'>
  return { ...(data !== undefined && { data }), ...(errors && { errors }), ...(extensions && { extensions }) }
}

function parse(body: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null
  } catch {
    return null
  }
}

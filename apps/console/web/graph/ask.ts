import i18next from 'i18next'

/** A document whose result and variables the build knows. */
export interface TypedDocument<Result, Variables> {
  toString(): string
  __apiType?: (variables: Variables) => Result
}

/** One thing that is wrong with what was sent. */
export interface Violation {
  path?: string
  rule?: string
  message: string
}

/** What the graph, or the console's own server, said instead of an answer. */
export class Refused extends Error {
  readonly code: string
  readonly status: number
  readonly violations: Violation[]
  readonly requestId: string | null
  /** After how long to ask again, where that helps. */
  readonly retryAfterSeconds: number | null
  constructor(
    message: string,
    facts: {
      code: string
      status: number
      violations?: Violation[]
      requestId?: string | null
      retryAfterSeconds?: number | null
    },
  ) {
    super(message)
    this.name = 'Refused'
    this.code = facts.code
    this.status = facts.status
    this.violations = facts.violations ?? []
    this.requestId = facts.requestId ?? null
    this.retryAfterSeconds = facts.retryAfterSeconds ?? null
  }
}

interface GraphAnswer<Result> {
  data?: Result | null
  errors?: { message: string; extensions?: { code?: string; violations?: Violation[] } }[]
  code?: string
  message?: string
}

/** Asks the settings graph of a domain, as whoever is signed in. Throws `Refused`. */
export function askSettings<Result, Variables>(
  domain: string,
  document: TypedDocument<Result, Variables>,
  variables?: Variables,
): Promise<Result> {
  return askGraph(`/api/domains/${encodeURIComponent(domain)}/settings`, document, variables)
}

/** Asks the operator's graph, as the operator who is signed in. Throws `Refused`. */
export function askOperator<Result, Variables>(
  document: TypedDocument<Result, Variables>,
  variables?: Variables,
): Promise<Result> {
  return askGraph('/api/operator', document, variables)
}

async function askGraph<Result, Variables>(
  url: string,
  document: TypedDocument<Result, Variables>,
  variables: Variables | undefined,
): Promise<Result> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', language: i18next.language },
    body: JSON.stringify({ query: document.toString(), variables }),
  })
  const requestId = response.headers.get('x-request-id')
  const answer = await readAnswer<GraphAnswer<Result>>(response)
  const error = answer.errors?.[0]
  if (error)
    throw new Refused(error.message, {
      code: error.extensions?.code ?? 'UNKNOWN',
      status: response.status,
      violations: error.extensions?.violations,
      requestId,
    })
  if (!answer.data)
    throw new Refused(answer.message ?? response.statusText, {
      code: answer.code ?? 'UNKNOWN',
      status: response.status,
      requestId,
    })
  return answer.data
}

/** Asks the console's own server. Throws `Refused`. */
export async function askConsole<Result>(method: string, path: string, body?: unknown): Promise<Result> {
  const response = await fetch(`/api${path}`, {
    method,
    ...(body !== undefined && {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  })
  const answer = await readAnswer<{ code?: string; message?: string }>(response)
  if (!response.ok)
    throw new Refused(answer?.message ?? response.statusText, {
      code: answer?.code ?? (response.status === 429 ? 'TOO_MANY_REQUESTS' : 'UNKNOWN'),
      status: response.status,
      retryAfterSeconds: readRetryAfter(response.headers),
    })
  return answer as Result
}

/** Seconds; better-auth says them in a header of its own. */
function readRetryAfter(headers: Headers): number | null {
  return Number(headers.get('retry-after') ?? headers.get('x-retry-after')) || null
}

async function readAnswer<Answer>(response: Response): Promise<Answer> {
  try {
    return (await response.json()) as Answer
  } catch {
    throw new Refused(`HTTP ${response.status}`, {
      code: 'NO_ANSWER',
      status: response.status,
      requestId: response.headers.get('x-request-id'),
    })
  }
}

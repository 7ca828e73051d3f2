import { randomUUID } from 'node:crypto'
import { request } from 'undici'

/** Where and as whom to ask. `host` names the domain when it is not the host of the URL. */
export interface GraphAddress {
  url: string
  host?: string
  token: string
  headers?: Record<string, string>
}

export interface GraphError {
  message: string
  path?: (string | number)[]
  extensions?: Record<string, unknown>
}

export interface GraphAnswer {
  status: number
  data?: Record<string, unknown> | null
  errors?: GraphError[]
  extensions?: Record<string, unknown>
}

/** Nobody answers at an address, or something that is not a GraphQL endpoint does. */
export class Unreachable extends Error {
  override name = 'Unreachable'
}

/** The graph answered with errors. */
export class Refused extends Error {
  override name = 'Refused'
  readonly errors: GraphError[]
  constructor(errors: GraphError[]) {
    super(errors.map(describeError).join('\n'))
    this.errors = errors
  }
}

const timeoutMs = 30_000

/** Asks a graph and gives the answer as it is. Throws `Unreachable` when there is none. */
export async function postGraph(
  { url, host, token, headers }: GraphAddress,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<GraphAnswer> {
  let status: number
  let text: string
  try {
    const response = await request(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${token}`,
        ...(host ? { host } : {}),
        ...headers,
      },
      body: JSON.stringify({ query, variables }),
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
    })
    status = response.statusCode
    text = await response.body.text()
  } catch (error) {
    throw new Unreachable(`Nothing answers at ${url}: is it started ("npm start")?`, { cause: error })
  }
  try {
    return { status, ...(JSON.parse(text) as Omit<GraphAnswer, 'status'>) }
  } catch (error) {
    throw new Unreachable(`${url} answered ${status} and no GraphQL: is the address right?`, { cause: error })
  }
}

/** Asks a graph for data. Mutations get an Idempotency-Key. Throws `Refused` for an answer with errors. */
export async function askGraph(
  address: GraphAddress,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<Record<string, unknown>> {
  const headers = { 'idempotency-key': randomUUID(), ...address.headers }
  const { data, errors } = await postGraph({ ...address, headers }, query, variables)
  if (errors?.length || !data)
    throw new Refused(errors?.length ? errors : [{ message: 'The answer has no data.' }])
  return data
}

/** An error in one line or, when it lists violations, one line each. */
export function describeError({ message, extensions }: GraphError): string {
  const code = typeof extensions?.code === 'string' ? `${extensions.code}: ` : ''
  const violations = Array.isArray(extensions?.violations)
    ? (extensions.violations as { path?: unknown; message?: string }[])
    : []
  const lines = violations.map(
    ({ path, message: reason }) => `  ${Array.isArray(path) ? path.join('.') : String(path)}: ${reason}`,
  )
  return [`${code}${message}`, ...lines].join('\n')
}

import { openRecorder, graphOf } from '@commonchart/tools/coverage'
import { request } from 'undici'

export interface Answer {
  status: number
  headers: Record<string, string | string[] | undefined>
  text: string
  /** The body as JSON; a body that is none fails the test that looks at it. */
  body: {
    data?: Record<string, any> | null // eslint-disable-line @typescript-eslint/no-explicit-any -- answers of any shape
    errors?: { message: string; path?: (string | number)[]; extensions: Record<string, unknown> }[]
    extensions?: Record<string, unknown>
  }
}

export interface Question {
  query: string
  variables?: object
  host?: string
  token?: string
  headers?: Record<string, string>
}

/** Posts a GraphQL request and reads the answer, whatever its status. */
export type Ask = (url: string, question: Question) => Promise<Answer>

/** Makes the way in which tests ask: each exchange is recorded for the field coverage when that is being measured. */
export function createAsk(): Ask {
  const recorder = openRecorder(process.env.COMMONCHART_COVERAGE)
  return async (url, { query, variables, host, token, headers = {} }) => {
    const body = JSON.stringify({ query, variables })
    const response = await request(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(host && { host }),
        ...(token && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      body,
    })
    const text = await response.body.text()
    const answer = { status: response.statusCode, headers: response.headers, text, body: parse(text) }
    const graph = graphOf(new URL(url).pathname)
    if (graph && answer.body.data !== undefined)
      recorder.record({
        graph,
        scope: host ?? 'operator',
        query,
        variables: variables as never,
        ...(answer.body as object),
      })
    return answer
  }
}

function parse(text: string): Answer['body'] {
  try {
    return JSON.parse(text) as Answer['body']
  } catch {
    throw new Error(`the answer is not JSON: ${text.slice(0, 500)}`)
  }
}

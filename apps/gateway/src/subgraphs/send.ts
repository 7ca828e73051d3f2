import type { Dispatcher } from 'undici'

/** What came back over one connection. */
export interface Received {
  status: number
  body: string
}

/** What stands before a subgraph, or a subgraph that goes down, says these: nobody is there. */
export const passing = new Set([502, 503, 504])

/** A request that got no whole answer. `wasWritten` says whether the subgraph may have seen any of it. */
export class NoAnswer extends Error {
  readonly wasWritten: boolean
  readonly isTimeout: boolean
  constructor(message: string, facts: { wasWritten: boolean; isTimeout?: boolean; cause?: unknown }) {
    super(message, { cause: facts.cause })
    this.name = 'NoAnswer'
    this.wasWritten = facts.wasWritten
    this.isTimeout = facts.isTimeout ?? false
  }
}

/**
 * Posts one body over one connection of a pool and gives the whole answer, at most `timeoutMs` later. Throws `NoAnswer`.
 * undici's dispatch is used as it stands: it says when a request is about to be written, and costs half of `request`.
 */
export function send(
  pool: Dispatcher,
  {
    path,
    headers,
    body,
    timeoutMs,
  }: {
    path: string
    headers: Record<string, string>
    body: string | Buffer
    timeoutMs: number
  },
): Promise<Received> {
  return new Promise((resolve, reject) => {
    let wasWritten = false
    let status = 0
    let settled = false
    let control: Dispatcher.DispatchController | undefined
    const chunks: Buffer[] = []
    const fail = (message: string, isTimeout: boolean, cause?: unknown): void => {
      if (settled) return
      settled = true
      clearTimeout(timer)
      reject(new NoAnswer(message, { wasWritten, isTimeout, cause }))
    }
    const timer = setTimeout(() => {
      fail(`no answer within ${timeoutMs} ms`, true)
      control?.abort(new Error('timed out'))
    }, timeoutMs)
    pool.dispatch(
      { method: 'POST', path, headers, body, headersTimeout: 0, bodyTimeout: 0 },
      {
        onRequestStart(controller) {
          control = controller
          if (settled) controller.abort(new Error('timed out'))
          else wasWritten = true
        },
        onResponseStart(_controller, statusCode) {
          status = statusCode
        },
        onResponseData(_controller, chunk) {
          chunks.push(chunk)
        },
        onResponseEnd() {
          if (settled) return
          settled = true
          clearTimeout(timer)
          const whole = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)
          resolve({ status, body: whole.toString('utf8') })
        },
        onResponseError(_controller, error) {
          fail(error.message, false, error)
        },
      },
    )
  })
}

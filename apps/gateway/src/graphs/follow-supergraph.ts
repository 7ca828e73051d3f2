import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from 'pino'
import { request } from 'undici'

/** Reads the supergraph if it is not the one seen last; gives null when it is. Throws when it cannot be had. */
export type ReadSupergraph = () => Promise<string | null>

/** How often a file and a URL are looked at. */
const fileEveryMs = 500
const urlEveryMs = 5000
const urlTimeoutMs = 5000

/** Makes the reader of a path or an HTTP(S) URL. A URL is asked with the ETag that it gave last. */
export function createSupergraphReader(
  location: string,
  everyMs: number | null = null,
): { read: ReadSupergraph; everyMs: number } {
  return /^https?:/i.test(location)
    ? { read: createUrlReader(location), everyMs: everyMs ?? urlEveryMs }
    : { read: createFileReader(location), everyMs: everyMs ?? fileEveryMs }
}

function createFileReader(path: string): ReadSupergraph {
  let seen = ''
  return async () => {
    const { mtimeMs, size, ino } = await stat(path)
    const stamp = `${mtimeMs} ${size} ${ino}`
    if (stamp === seen) return null
    const text = await readFile(path, 'utf8')
    seen = stamp
    return text
  }
}

function createUrlReader(url: string): ReadSupergraph {
  let etag: string | undefined
  return async () => {
    const { statusCode, headers, body } = await request(url, {
      headers: { accept: 'application/graphql, text/plain, */*', ...(etag && { 'if-none-match': etag }) },
      headersTimeout: urlTimeoutMs,
      bodyTimeout: urlTimeoutMs,
    })
    const text = await body.text()
    if (statusCode === 304) return null
    if (statusCode !== 200) throw new Error(`the supergraph's URL answered ${statusCode}`)
    etag = typeof headers.etag === 'string' ? headers.etag : undefined
    return text
  }
}

/** Keeps following a supergraph until it is closed. */
export interface SupergraphFollower {
  /** Settles when the supergraph was looked at once, whatever came of it. */
  readonly looked: Promise<void>
  close(): Promise<void>
}

/**
 * Follows a supergraph: gives each new text to `take`, one after the other. A text that `take` refuses by throwing is
 * logged and left, and what was in service stays in service.
 */
export function followSupergraph(
  { read, everyMs }: { read: ReadSupergraph; everyMs: number },
  take: (supergraph: string) => Promise<void>,
  logger: Logger,
): SupergraphFollower {
  const stopping = new AbortController()
  let last = ''
  let lastProblem = ''

  async function takeIfNew(text: string): Promise<void> {
    const digest = createHash('sha256').update(text).digest('hex')
    if (digest === last) return
    last = digest
    await take(text)
    lastProblem = ''
    logger.info({ sha256: digest }, 'a supergraph is in service')
  }

  /** Says each problem once; what was in service stays in service. */
  async function lookAndReport(): Promise<void> {
    let problem = 'cannot be read'
    try {
      const text = await read()
      problem = 'is refused'
      if (text !== null) await takeIfNew(text)
    } catch (error) {
      const { message } = error as Error
      if (message === lastProblem) return
      lastProblem = message
      logger.error({ err: error }, `the supergraph ${problem}; what was in service stays in service`)
    }
  }
  const looked = lookAndReport()

  async function follow(): Promise<void> {
    await looked
    while (!stopping.signal.aborted) {
      await pause(everyMs, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined)
      if (!stopping.signal.aborted) await lookAndReport()
    }
  }

  const following = follow()
  return {
    looked,
    async close() {
      stopping.abort()
      await following
    },
  }
}

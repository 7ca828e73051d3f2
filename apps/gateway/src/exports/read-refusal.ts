import { errorCatalogue, type ErrorCode } from '@commonchart/errors'
import type { Dispatcher } from 'undici'
import { RequestRefused } from '../http/answer.ts'

/** A refusal is a short JSON; more than that is not read. */
const longestRefusal = 64 * 1024

interface UpstreamError {
  message?: string
  extensions?: Record<string, unknown>
}

/**
 * Turns what a subgraph answers in place of an export into the refusal that the caller gets: with its status, code
 * and facts when it is one of the catalogue (GraphQL JSON). Throws for anything else, which is our mistake.
 */
export async function readRefusal(
  { statusCode, body }: Dispatcher.ResponseData,
  subgraph: string,
): Promise<RequestRefused> {
  const { message = '', extensions = {} } = findError(await readShort(body)) ?? {}
  const { code, ...facts } = extensions
  if (typeof code === 'string' && Object.hasOwn(errorCatalogue, code))
    return new RequestRefused(code as ErrorCode, message, { status: statusCode, facts })
  if (statusCode === 404) return new RequestRefused('NOT_FOUND', 'There is no such export.', { status: 404 })
  throw new Error(`${subgraph} answered ${statusCode} in place of an export`)
}

async function readShort(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body) {
    chunks.push(chunk)
    size += chunk.length
    if (size > longestRefusal) break
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Finds the first error of GraphQL JSON; undefined when the text is something else. */
function findError(text: string): UpstreamError | undefined {
  try {
    return (JSON.parse(text) as { errors?: UpstreamError[] } | null)?.errors?.[0]
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import { RequestRefused } from './answer.ts'
import { collectBody } from './collect-body.ts'

/** JSON nested deeper than any input of the API; what follows walks values recursively. */
const deepestJson = 200

/** Reads the body of a request as it is. Throws `RequestRefused` when it is too large or not declared to be JSON. */
export async function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  checkMediaType(request)
  return collectBody(request, limitBytes)
}

/** Parses a body. Throws `RequestRefused` when it is no JSON. */
export function parseJsonBody(body: Buffer): unknown {
  if (!isUtf8(body)) throw new RequestRefused('BAD_REQUEST', 'The body is not UTF-8.')
  if (measureDepth(body) > deepestJson)
    throw new RequestRefused('BAD_REQUEST', `The body nests deeper than ${deepestJson} levels.`)
  try {
    return JSON.parse(body.toString('utf8')) as unknown
  } catch (error) {
    throw new RequestRefused('BAD_REQUEST', `The body is not JSON (${(error as Error).name}).`)
  }
}

function checkMediaType({ headers }: IncomingMessage): void {
  const [type = '', ...parameters] = (headers['content-type'] ?? '').split(';')
  const charset = parameters.find((each) => each.trim().toLowerCase().startsWith('charset='))
  const isUtf8Named = charset === undefined || /=\s*"?utf-?8"?\s*$/i.test(charset)
  if (type.trim().toLowerCase() !== 'application/json' || !isUtf8Named)
    throw new RequestRefused('UNSUPPORTED_MEDIA_TYPE', 'The body must be `application/json` in UTF-8.', {
      headers: { 'accept-post': 'application/json; charset=utf-8' },
    })
  const encoding = headers['content-encoding']?.toLowerCase()
  if (encoding !== undefined && encoding !== 'identity')
    throw new RequestRefused('UNSUPPORTED_MEDIA_TYPE', 'The body must not be compressed.', {
      headers: { 'accept-encoding': 'identity' },
    })
}

/** How deep brackets nest, strings left out. */
function measureDepth(body: Buffer): number {
  let depth = 0
  let deepest = 0
  for (let at = 0; at < body.length; at += 1) {
    const byte = body[at]
    if (byte === 0x22) {
      at += 1
      while (at < body.length && body[at] !== 0x22) at += body[at] === 0x5c ? 2 : 1
    } else if (byte === 0x7b || byte === 0x5b) {
      depth += 1
      if (depth > deepest) deepest = depth
    } else if (byte === 0x7d || byte === 0x5d) depth -= 1
  }
  return deepest
}

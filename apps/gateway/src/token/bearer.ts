import type { IncomingMessage } from 'node:http'
import { TokenRefusal } from './token-refusal.ts'

/** Takes the token out of `Authorization: Bearer` (RFC 6750). Throws `TokenRefusal` when there is none, or two. */
export function readBearerToken(request: Pick<IncomingMessage, 'headersDistinct'>): string {
  const values = request.headersDistinct.authorization ?? []
  const [value] = values
  if (value === undefined) throw new TokenRefusal('MISSING', 'there is no Authorization header')
  if (values.length > 1) throw new TokenRefusal('MALFORMED', 'there are several Authorization headers')
  const token = /^Bearer +(\S+)$/i.exec(value)?.[1]
  if (!token) throw new TokenRefusal('MISSING', 'the Authorization header is not `Bearer` and a token')
  return token
}

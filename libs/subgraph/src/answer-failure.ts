import type { ServerResponse } from 'node:http'
import { DatabaseLost } from '@commonchart/database'
import { IdentityError } from '@commonchart/identity'
import type { Logger } from 'pino'
import { BodyTooLarge, MalformedBody, sendJson, sendText } from './http.ts'
import { refuseWithoutDatabase } from './tell-lost-database.ts'

/** Answers a request that failed: as its sender's mistake where it is one, otherwise as ours, which the log tells of. */
export function answerFailure(
  response: ServerResponse,
  error: unknown,
  { path, isStream, name, logger }: { path: string; isStream: boolean; name: string; logger: Logger },
): void {
  if (error instanceof BodyTooLarge) return sendText(response, 413, 'too large')
  if (error instanceof MalformedBody) {
    logger.warn({ err: error, path }, 'a malformed body was refused')
    return sendText(response, 400, 'malformed')
  }
  if (error instanceof IdentityError) return sendText(response, 401, 'no valid identity')
  if (error instanceof DatabaseLost) {
    logger.warn({ err: error, path }, 'the database was not there for a request')
    if (isStream && !response.headersSent)
      return sendJson(response, 503, { errors: [refuseWithoutDatabase(name).toJSON()] })
  } else logger.error({ err: error }, 'a request failed')
  if (!response.headersSent) sendText(response, 500, 'failed')
  else response.destroy()
}

import { inSpan } from '@commonchart/telemetry'
import type { Logger } from 'pino'
import { describeExchange } from '../recorder/describe-exchange.ts'
import type { Recorder } from '../recorder/recorder.ts'
import type { Refusals } from '../recorder/refusals.ts'
import { RequestRefused, toAnswer, type HttpAnswer } from './answer.ts'
import type { Exchange } from './exchange.ts'

/**
 * Step 5 of the life of a request: puts what was asked and what is answered on the record, and gives what may then leave:
 * the answer once its record is committed, and AUDIT_UNAVAILABLE without any data when it cannot be. Never throws.
 */
export type RecordExchange = (exchange: Exchange, answer: HttpAnswer) => Promise<HttpAnswer>

/** Makes the place where every request is recorded and logged. */
export function createRecordExchange(
  { recorder, refusals, logger }: { recorder: Recorder; refusals: Refusals; logger: Logger },
  answerMs: number,
): RecordExchange {
  return async (exchange, answer) => {
    logExchange(exchange, answer, logger)
    if (!isRecordable(exchange)) return answer
    try {
      const entry = describeExchange(exchange, answer)
      if (exchange.identity === null && !refusals.isRecordedAlone(entry.record)) return answer
      await inSpan('record', {}, () => recorder.record(entry, exchange.startedAt + answerMs))
      return answer
    } catch (error) {
      logger.error({ err: error, requestId: exchange.requestId }, 'a request could not be recorded')
      return refuseUnrecorded(exchange)
    }
  }
}

/** There is nothing to record under before a domain is known, and none to record a request that was refused for that. */
function isRecordable({ domainId, call }: Exchange): boolean {
  return domainId !== null && call?.gathered.refusedUnrecorded !== true
}

/** `executed` says what became of a mutation; a query changes nothing. */
function refuseUnrecorded(exchange: Exchange): HttpAnswer {
  const refused = new RequestRefused(
    'AUDIT_UNAVAILABLE',
    'The request could not be recorded, so it is not answered.',
    { facts: { executed: exchange.call?.gathered.executed ?? false }, headers: { 'retry-after': '2' } },
  )
  return toAnswer(refused, exchange)
}

/** One line for each request, without names, tokens or bodies. */
function logExchange(exchange: Exchange, { status }: HttpAnswer, logger: Logger): void {
  const { requestId, graph, domainId, identity, origin, refusalReason, call, startedAt } = exchange
  const facts = { requestId, graph, domainId, status, durationMs: Date.now() - startedAt }
  if (identity === null)
    return logger.info({ ...facts, address: origin.address, reason: refusalReason }, 'a request was refused')
  const consumerId = identity.kind === 'consumer' ? identity.subject : undefined
  const kind = call?.gathered.result?.operation?.kind
  logger.info({ ...facts, actor: identity.kind, consumerId, kind }, 'a request was answered')
}

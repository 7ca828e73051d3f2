import type { HttpAnswer } from '../http/answer.ts'
import type { Exchange } from '../http/exchange.ts'
import type { AccessRecord, Outcome, RecordEntry } from './access-record.ts'
import { mergeRecorded } from './merge-recorded.ts'
import { withoutSecrets } from './without-secrets.ts'

const nothing = Buffer.alloc(0)
const longestUserAgent = 500
const operationNameForm = /^[_A-Za-z][_0-9A-Za-z]{0,255}$/

/** Statuses that say that a request was not admitted. */
const refusing = new Set([401, 403, 429])

/** Writes the record of an exchange and its answer. A request without a body has its query string in the body's place. */
export function describeExchange(exchange: Exchange, answer: HttpAnswer): RecordEntry {
  const { call, identity, requestBody, search, userAgent } = exchange
  const result = call?.gathered.result ?? null
  // Who was not let in has no bodies kept: a stranger could fill the log with them.
  const request = identity === null ? nothing : (requestBody ?? Buffer.from(search))
  const response = identity === null ? nothing : Buffer.from(withoutSecrets(exchange.graph, answer.body))
  const usedElements = call?.gathered.usedElements ?? null
  const { reads, changes } = mergeRecorded(call?.gathered.recorded ?? [])
  const record: AccessRecord = {
    id: exchange.requestId,
    domainId: exchange.domainId ?? 0,
    startedAt: new Date(exchange.startedAt).toISOString(),
    durationMs: Date.now() - exchange.startedAt,
    graph: exchange.graph,
    actor: actorOf(exchange),
    keyId: identity?.keyId ?? null,
    ip: exchange.origin.address,
    userAgent: userAgent?.slice(0, longestUserAgent) ?? null,
    method: exchange.method,
    path: exchange.path,
    operationName: result?.operation?.name ?? nameAskedFor(exchange),
    operationKind: result?.operation?.kind ?? null,
    rootFields: result?.operation?.rootFields ?? [],
    status: answer.status,
    outcome: readOutcome(exchange, answer),
    errorCodes: answer.errorCodes,
    refusalReason: exchange.refusalReason,
    count: 1,
    reads,
    changes,
    usedElements: usedElements?.id ?? null,
    requestBytes: request.length,
    responseBytes: response.length,
  }
  return { record, request, response, usedElements }
}

function actorOf({ identity }: Exchange): AccessRecord['actor'] {
  if (identity === null || identity.kind === 'service') return null
  const { kind, subject, name, role } = identity
  return { kind, id: subject, name, role }
}

/** Tells what became of a request. */
export function readOutcome({ identity, call }: Exchange, { status, errorCodes }: HttpAnswer): Outcome {
  if (identity === null || refusing.has(status)) return 'REFUSED'
  if (!(call?.gathered.result?.hasData ?? status === 200)) return 'FAILED'
  return errorCodes.length > 0 ? 'PARTIAL' : 'SUCCESS'
}

/** What a request that did not get as far as the engine called its operation; nothing that could not be a name. */
function nameAskedFor({ requestedOperation }: Exchange): string | null {
  return requestedOperation !== null && operationNameForm.test(requestedOperation) ? requestedOperation : null
}

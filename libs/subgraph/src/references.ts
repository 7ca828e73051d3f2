import { refusal } from '@commonchart/errors'
import { ServiceError, type Services } from './services.ts'

/** What a service answers to `/internal/references`: the same facts as its events carry. */
export interface ReferenceAnswer<Payload> {
  records: Payload[]
}

/**
 * How long an owner has. It may be waiting for a lock that the asking transaction holds, which no database can see: less than
 * what the owner itself has for its own question, so that the one that can be run again gives way.
 */
const timeoutMs = 1500

/**
 * Asks the owner of records what it knows of them, for ids that a reference table does not have or that would decide a
 * refusal. Throws `SUBGRAPH_UNAVAILABLE` when the owner cannot be asked: nothing is guessed. A transaction whose owner said
 * nothing in time may be run again.
 */
export async function askOwner<Payload>(
  services: Services,
  owner: string,
  question: { domainId: number; type: string; ids: string[] },
): Promise<Payload[]> {
  try {
    const answer = await services.post<ReferenceAnswer<Payload>>(owner, '/internal/references', question, {
      domainId: question.domainId,
      timeoutMs,
    })
    return answer.records
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
    const told = refusal(
      'SUBGRAPH_UNAVAILABLE',
      `The ${owner} service could not be asked; nothing was changed.`,
      { area: owner, executed: false },
    )
    throw Object.assign(told, { cause: error })
  }
}

import { DatabaseLost } from '@commonchart/database'
import { ServiceError } from './services.ts'

/** Postgres ended the transaction to let another one pass: nothing of it happened. */
const passingConflicts = new Set(['40001', '40P01'])

/** Whether nothing of a transaction happened and the next attempt may do better. */
export function mayRunAgain(error: unknown): boolean {
  if (error instanceof DatabaseLost) return error.stage === 'statement'
  const { cause } = error as { cause?: unknown }
  if (cause instanceof ServiceError) return cause.timedOut
  return passingConflicts.has((error as { code?: string }).code ?? '')
}

/**
 * Runs work whose transactions may be run again, four times at most, as long as nothing of the one that failed happened:
 * another caller was let pass, an owner said nothing in time, or the connection broke before COMMIT.
 */
export async function runAgain<Result>(work: () => Promise<Result>, attempts = 4): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (attempts <= 1 || !mayRunAgain(error)) throw error
    return await runAgain(work, attempts - 1)
  }
}

import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises'

/** Called between the steps of something long, so that requests go on. */
export type BetweenSteps = () => Promise<void>

/** Lets go on what is ready to, and no more: while nobody can be served yet. */
export const hurry: BetweenSteps = () => nextTurn()

/**
 * Lets others have the process for as long as the step before it took, by the clock: where processors are busy a step takes
 * long, and a request needs several turns to be fetched, put on the record and answered.
 */
export function takeTurns(): BetweenSteps {
  let begunAt = performance.now()
  return async () => {
    await pause(performance.now() - begunAt)
    begunAt = performance.now()
  }
}

/** A reason why the start cannot go on, as one sentence for the person at the terminal. */
export class StartError extends Error {
  override name = 'StartError'
}

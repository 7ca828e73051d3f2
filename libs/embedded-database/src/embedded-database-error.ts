/** A reason why the embedded server cannot run, as one sentence for the person at the terminal. */
export class EmbeddedDatabaseError extends Error {
  constructor(sentence: string, cause?: unknown) {
    super(sentence, { cause })
    this.name = 'EmbeddedDatabaseError'
  }
}

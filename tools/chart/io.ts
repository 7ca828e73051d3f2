/** What a command may touch of its process. */
export interface Io {
  out: NodeJS.WritableStream
  err: NodeJS.WritableStream & { isTTY?: boolean }
  /** All of standard input. */
  readInput(): Promise<string>
  environment: Record<string, string | undefined>
  /** From now on an interruption by the person aborts this signal, so that long work ends in order. */
  takeInterruption(): AbortSignal
}

/** What a command ends with. */
export const exitCodes = { done: 0, refused: 1, usage: 2, unreachable: 3 } as const

/** The command cannot be carried out as it was written. */
export class UsageError extends Error {
  override name = 'UsageError'
}

/** The command was carried out and not all of it was accepted; everything was said already. */
export class PartlyRefused extends Error {
  override name = 'PartlyRefused'
}

import pg from 'pg'

/**
 * How far a transaction was when its database was lost: no connection could be had; there was one, and nothing was committed;
 * or COMMIT was on its way, and nobody knows.
 */
export type LostStage = 'connect' | 'statement' | 'commit'

/** The database could not be reached, or the connection to it broke. `cause` is what the driver said. */
export class DatabaseLost extends Error {
  readonly stage: LostStage

  constructor(stage: LostStage, cause: unknown) {
    super(
      stage === 'connect' ? 'the database could not be reached' : 'the connection to the database broke',
      {
        cause,
      },
    )
    this.name = 'DatabaseLost'
    this.stage = stage
  }
}

/** What a server says that goes down, comes up or has no room for another connection. */
const serverCodes = /^(08[0-9A-Z]{3}|57P0[123]|53300)$/

const systemCodes = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT'],
  ...['EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN', 'ENOENT'],
])

/** The driver's own words have no code: pg-pool and pg/lib/client.js. */
const driverWords =
  /^(Connection terminated|Client has encountered a connection error|Client was closed|timeout exceeded when trying to connect|timeout expired)/

/** Gives what the driver threw, as `DatabaseLost` where that is what it means. */
export function readDriverError(error: unknown, stage: LostStage): unknown {
  if (!(error instanceof Error)) return error
  const { code } = error as { code?: unknown }
  const isLost =
    error instanceof pg.DatabaseError
      ? serverCodes.test(error.code ?? '')
      : (typeof code === 'string' && systemCodes.has(code)) || driverWords.test(error.message)
  return isLost ? new DatabaseLost(stage, error) : error
}

/** COMMIT failed: unless it was never sent, nobody knows whether it took effect. */
export function readCommitError(error: unknown): unknown {
  if (!(error instanceof DatabaseLost)) return error
  const wasSent = !/is not queryable$/.test((error.cause as Error).message)
  return wasSent ? new DatabaseLost('commit', error.cause) : error
}

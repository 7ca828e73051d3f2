/** What a caller is told about its own token: nothing of it depends on who is registered. */
export type OutwardReason =
  | 'MISSING'
  | 'MALFORMED'
  | 'ALGORITHM'
  | 'HEADER'
  | 'CLAIMS'
  | 'EXPIRED'
  | 'LIFETIME'
  | 'NOT_YET_VALID'
  | 'AUDIENCE'
  | 'DOMAIN'
  | 'CONSUMER_EXPIRED'

/**
 * A token that is refused. `outward` is null where the answer must not tell an unknown issuer, a deactivated consumer, an
 * unknown key and a wrong signature apart; `reason` is for the log.
 */
export class TokenRefusal extends Error {
  readonly reason: string
  readonly outward: OutwardReason | null
  constructor(outward: OutwardReason | null, reason: string) {
    super(`the token is refused: ${reason}`)
    this.name = 'TokenRefusal'
    this.reason = reason
    this.outward = outward
  }
}

/** What kind of principal acts. */
export const principalKinds = ['consumer', 'person', 'operator', 'service'] as const
export type PrincipalKind = (typeof principalKinds)[number]

/** Marks one root mutation field of a request as idempotent: the caller's key, what was asked, and where. */
export interface MutationMark {
  key: string
  fingerprint: string
  path: string
}

/** Who acts, in which domain, and in which request. Subgraphs authorise on nothing else. */
export interface Identity {
  kind: PrincipalKind
  subject: string
  name: string
  role: string | null
  domainId: number | null
  /** What a restricted principal may do; null is unrestricted, an empty list nothing at all. */
  scopes: string[] | null
  keyId: string | null
  ip: string | null
  language: 'en' | 'fr'
  requestId: string
  mutations: MutationMark[]
}

/** The header in which services tell each other on whose behalf they ask. */
export const identityHeader = 'commonchart-identity'

/** How long an identity token lives, in seconds. */
export const identityLifetimeSeconds = 60

/** An identity token that is not accepted. `reason` is for the log, never for the caller. */
export class IdentityError extends Error {
  readonly reason: string
  constructor(reason: string) {
    super(`The identity token is refused: ${reason}.`)
    this.name = 'IdentityError'
    this.reason = reason
  }
}

export { acceptChannel, asksForChannel, type AcceptedChannel } from './channel/accept-channel.ts'
export type { ChannelAnswer } from './channel/answers.ts'
export { openServiceChannel, type ServiceChannel } from './channel/open-channel.ts'
export {
  IdentityError,
  identityHeader,
  identityLifetimeSeconds,
  principalKinds,
  type Identity,
  type MutationMark,
  type PrincipalKind,
} from './identity.ts'
export {
  createKeySet,
  generateServiceKey,
  openKeySet,
  type KeySet,
  type PrivateServiceJwk,
  type PublicServiceJwk,
  type TrustedKey,
} from './keys.ts'
export { idleConnections, Leaving, readDrainMs } from './leaving.ts'
export { signOperatorToken, signPersonToken, type Person } from './people.ts'
export { findMissingScopes, isScope } from './scopes.ts'
export { createServiceSigner, hashBody, openServiceSigner, type ServiceSigner } from './sign.ts'
export { verifyIdentity } from './verify.ts'
export { openWatchedFile, readKeyFile, type WatchOptions } from './watched-file.ts'

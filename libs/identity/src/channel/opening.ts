/** The protocol that a connection is upgraded to. */
export const channelProtocol = 'commonchart-channel'

/** The header in which each side of a channel offers its part of the key. */
export const channelKeyHeader = 'commonchart-channel-key'

/** What the identity token that opens a channel is bound to, in the place of a body. */
export function describeOpening(path: string, publicKey: string): string {
  return ['commonchart-channel-v1', path, publicKey].join('\n')
}

import { lookup as lookUp } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'

/** Which addresses events are sent to, and by which protocol. */
export interface AddressPolicy {
  /** Whether something may be sent to an address; `http:` goes to networks of EVENT_NETWORKS alone. */
  allows(address: string, protocol: string): boolean
  /**
   * Resolves names for connections of a protocol, and gives only what may be connected to. A name with no such address fails
   * with the code `ADDRESS_REFUSED`, so that what was looked at is what is connected to.
   */
  lookup(protocol: string): LookupFunction
}

/** The resolver of the system, or a stand-in for tests of names that change. */
export type ResolveName = (
  host: string,
  done: (error: NodeJS.ErrnoException | null, addresses: { address: string; family: number }[]) => void,
) => void

const resolveBySystem: ResolveName = (host, done) => lookUp(host, { all: true }, done)

/**
 * Reads EVENT_NETWORKS: networks (CIDR) or addresses, separated by commas, that events may go to although they are not of the
 * public internet. Empty by default. Throws a sentence for what is none.
 */
export function createAddressPolicy(
  networks: string | undefined,
  resolve: ResolveName = resolveBySystem,
): AddressPolicy {
  const allowed = readNetworks(networks ?? '')

  function allows(address: string, protocol: string): boolean {
    if (isIP(address) === 0) return false
    // An IPv4 address in the clothes of an IPv6 one is what it is.
    const parsed = ipaddr.process(address)
    const isAllowed = allowed.some(
      ([network, bits]) => parsed.kind() === network.kind() && parsed.match(network, bits),
    )
    return isAllowed || (protocol === 'https:' && isPublic(parsed))
  }

  return {
    allows,
    lookup: (protocol) => (host, options, done) => {
      resolve(host, (error, found) => {
        if (error) return done(error, '', 0)
        // Of a name with a public and a private address neither is trusted.
        const [first] = found
        if (!first || found.some(({ address }) => !allows(address, protocol)))
          return done(new AddressRefused(), '', 0)
        if (options.all) return done(null, found)
        done(null, first.address, first.family)
      })
    },
  }
}

/** A name leads to an address that nothing is sent to. */
export class AddressRefused extends Error {
  readonly code = 'ADDRESS_REFUSED'
  constructor() {
    super('the name leads to an address that events are not sent to')
    this.name = 'AddressRefused'
  }
}

/** Only what ordinary hosts of the public internet have; of IPv6 only what is assigned to them. */
function isPublic(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  if (address.range() !== 'unicast') return false
  return address.kind() === 'ipv4' || address.match(ipaddr.parse('2000::'), 3)
}

function readNetworks(list: string): [ipaddr.IPv4 | ipaddr.IPv6, number][] {
  return list
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')
    .map((each) => {
      try {
        if (each.includes('/')) return ipaddr.parseCIDR(each)
        const address = ipaddr.parse(each)
        return [address, address.kind() === 'ipv4' ? 32 : 128]
      } catch {
        throw new Error(`EVENT_NETWORKS lists ${each}, which is no address or network (CIDR)`)
      }
    })
}

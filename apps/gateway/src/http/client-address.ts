import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'

/** Who asked, and under which host name, as far as that can be believed. */
export interface Origin {
  address: string
  host: string
}

/** Reads where a request comes from: `X-Forwarded-For` and `X-Forwarded-Host` count only from proxies that are trusted. */
export type ReadOrigin = (request: Pick<IncomingMessage, 'headers' | 'socket'>) => Origin

/** Makes the reader of origins. Throws when a trusted proxy is neither an address nor a network (CIDR). */
export function createOriginReader(trustedProxies: string[]): ReadOrigin {
  const trusted = new BlockList()
  for (const entry of trustedProxies) {
    const [address = '', prefix] = entry.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (isIP(address) === 0) throw new Error(`TRUSTED_PROXIES: ${entry} is no address or network`)
    if (prefix === undefined) trusted.addAddress(address, family)
    else trusted.addSubnet(address, Number(prefix), family)
  }
  const isTrusted = (address: string): boolean =>
    isIP(address) !== 0 && trusted.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
  return ({ headers, socket }) => {
    const peer = plain(socket.remoteAddress ?? '')
    const host = (headers.host ?? '').toLowerCase()
    if (trustedProxies.length === 0 || !isTrusted(peer)) return { address: peer, host: withoutPort(host) }
    const forwardedHost = first(headers['x-forwarded-host'])
    return {
      address: lastUntrusted(first(headers['x-forwarded-for']), peer, isTrusted),
      host: withoutPort(forwardedHost?.split(',').at(-1)?.trim().toLowerCase() || host),
    }
  }
}

/** The nearest address that no trusted proxy has: what stands before it was written by the client and is not believed. */
function lastUntrusted(
  forwarded: string | undefined,
  peer: string,
  isTrusted: (address: string) => boolean,
): string {
  const hops = (forwarded ?? '').split(',').map((hop) => plain(hop.trim()))
  for (const hop of hops.reverse()) {
    if (isIP(hop) === 0) break
    if (!isTrusted(hop)) return hop
  }
  return peer
}

/** IPv4 in IPv6 clothes, as sockets that listen on both show it, in its own. */
function plain(address: string): string {
  return address.startsWith('::ffff:') && isIP(address.slice(7)) === 4 ? address.slice(7) : address
}

function withoutPort(host: string): string {
  return host.replace(/:\d*$/, '').replace(/\.$/, '')
}

function first(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(',') : header
}

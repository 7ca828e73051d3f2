import { BlockList, isIP } from 'node:net'

const compiled = new WeakMap<readonly string[], BlockList>()

/** Tells whether an address lies in one of the networks (CIDR, or single addresses); null holds every address. */
export function isInRanges(address: string, ranges: readonly string[] | null): boolean {
  if (ranges === null) return true
  const family = isIP(address)
  if (family === 0) return false
  const known = compiled.get(ranges) ?? compileRanges(ranges)
  compiled.set(ranges, known)
  return known.check(address, family === 6 ? 'ipv6' : 'ipv4')
}

/** A list is compiled once for each time that the registry tells of its consumer. */
function compileRanges(ranges: readonly string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [address = '', prefix] = range.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (prefix === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(prefix), family)
  }
  return list
}

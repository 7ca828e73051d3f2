import type { Violations } from '@commonchart/errors'

const mostHosts = 50

/**
 * Reads the host names of a domain: lower case, without a port or a final dot, international names in their ASCII form,
 * each once, in the order given. Adds a violation for each that is none.
 */
export function readHosts(hosts: readonly string[], path: string, violations: Violations): string[] {
  if (hosts.length === 0) violations.add(path, 'REQUIRED', 'A domain needs at least one host name.')
  if (hosts.length > mostHosts)
    violations.add(path, 'TOO_MANY', `A domain has at most ${mostHosts} host names.`)
  const read = hosts.map((host, at) => {
    const normal = normaliseHost(host)
    if (normal === null) violations.add(`${path}.${at}`, 'HOST_NAME', 'This is not a host name.')
    return normal
  })
  return [...new Set(read.filter((host) => host !== null))]
}

/** Brings a `Host` header or a host name into the one form in which it is kept; null when it is none. */
export function normaliseHost(host: string): string | null {
  const text = host.trim()
  if (text === '' || /[\s/\\@?#%]/.test(text) || !URL.canParse(`http://${text}`)) return null
  const name = new URL(`http://${text}`).hostname.replace(/\.$/, '')
  if (name.length > 253) return null
  if (/^\[[0-9a-f:.]+\]$/.test(name)) return name
  const labels = name.split('.')
  return labels.every((label) => /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label)) ? name : null
}

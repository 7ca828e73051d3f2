import { isIP } from 'node:net'
import { refusal } from '@commonchart/errors'
import type { AddressPolicy } from './addresses.ts'

const longestUrl = 2000
const resolvingMs = 3000

type Reason = 'NOT_A_URL' | 'NOT_HTTPS' | 'CREDENTIALS' | 'HOST_UNKNOWN' | 'ADDRESS_REFUSED'

/**
 * Reads where a subscription delivers to, and looks whether its host is one that events are sent to now. Each delivery looks
 * again. Throws `EVENT_URL_REFUSED` with the reason.
 */
export async function readEventUrl(policy: AddressPolicy, text: string, path: string): Promise<string> {
  const refuse = (reason: Reason, message: string) => refusal('EVENT_URL_REFUSED', message, { path, reason })
  const url = text.length <= longestUrl ? URL.parse(text.trim()) : null
  if (!url || url.hostname === '')
    throw refuse('NOT_A_URL', `This is no URL of at most ${longestUrl} characters.`)
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw refuse('NOT_HTTPS', 'The URL is not https.')
  if (url.username !== '' || url.password !== '')
    throw refuse('CREDENTIALS', 'A URL for events holds no user name or password.')
  url.hash = ''
  const code = await findFault(policy, url)
  // Whether there is a name at all is told to nobody who may not send there anyway.
  if (code !== null && url.protocol === 'http:') throw refuse('NOT_HTTPS', 'The URL is not https.')
  if (code === 'ADDRESS_REFUSED')
    throw refuse(code, 'The host has an address that is not of the public internet.')
  if (code !== null) throw refuse(code, 'The host of the URL is not known.')
  return url.href
}

function findFault(policy: AddressPolicy, url: URL): Promise<'HOST_UNKNOWN' | 'ADDRESS_REFUSED' | null> {
  const host = bareHost(url)
  if (isIP(host) !== 0) return Promise.resolve(policy.allows(host, url.protocol) ? null : 'ADDRESS_REFUSED')
  return new Promise((told) => {
    const timer = setTimeout(() => told('HOST_UNKNOWN'), resolvingMs)
    policy.lookup(url.protocol)(host, { all: true }, (error) => {
      clearTimeout(timer)
      told(error ? (error.code === 'ADDRESS_REFUSED' ? 'ADDRESS_REFUSED' : 'HOST_UNKNOWN') : null)
    })
  })
}

/** The host of a URL, of an IPv6 address without its brackets. */
export function bareHost({ hostname }: URL): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname
}

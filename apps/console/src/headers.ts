import type { ServerResponse } from 'node:http'

/** What every answer says, whatever it is: nobody frames it, nobody guesses its type, no address leaks. */
export function setCommonHeaders(response: ServerResponse, { secure }: { secure: boolean }): void {
  response.setHeader('x-content-type-options', 'nosniff')
  response.setHeader('x-frame-options', 'DENY')
  response.setHeader('referrer-policy', 'no-referrer')
  response.setHeader('cross-origin-opener-policy', 'same-origin')
  response.setHeader('cross-origin-resource-policy', 'same-origin')
  response.setHeader('permissions-policy', 'camera=(), geolocation=(), microphone=(), payment=(), usb=()')
  if (secure) response.setHeader('strict-transport-security', 'max-age=31536000; includeSubDomains')
}

/**
 * The policy of a page: everything from its own origin, `<style>` only with the answer's nonce. The Explorer's editor makes
 * styles and workers by itself; its page alone may.
 */
export function createContentSecurityPolicy(nonce: string, { explorer }: { explorer: boolean }): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    explorer ? "style-src 'self' 'unsafe-inline'" : `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self' data:",
    "connect-src 'self'",
    explorer ? "worker-src 'self' blob:" : "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}

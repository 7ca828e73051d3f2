/**
 * Where to go on to after signing in: a path of this console, as its browser will read it. Anything that could lead to another
 * site, or to a script, is none.
 */
export function readNextPath(value: unknown, origin: string): string | undefined {
  if (typeof value !== 'string' || !/^\/(?![/\\])/.test(value) || !URL.canParse(value, origin))
    return undefined
  const url = new URL(value, origin)
  // `/a/..//evil.example` is one, too, once its dots are resolved.
  const path = `${url.pathname}${url.search}`
  if (url.origin !== origin || path.startsWith('//') || url.pathname === '/sign-in') return undefined
  return path
}

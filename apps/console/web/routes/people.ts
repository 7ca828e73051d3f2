import { createRoute, redirect } from '@tanstack/react-router'
import { meQuery } from '../session.ts'
import { needSignIn, rootRoute } from './root.tsx'

/** The start: the first domain that one is a member of. */
const startRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  beforeLoad: async ({ context, location }) => {
    await needSignIn(context.queries, location.href)
    const { memberships } = await context.queries.ensureQueryData(meQuery)
    const first = memberships[0]
    if (first) throw redirect({ to: '/d/$domain/overview', params: { domain: first.domain } })
  },
}).lazy(() => import('../pages/no-domain.tsx').then((page) => page.Route))

export const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { next?: string } => ({ next: readPath(search.next) }),
}).lazy(() => import('../pages/sign-in.tsx').then((page) => page.Route))

export const invitationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/invitation',
}).lazy(() => import('../pages/invitation.tsx').then((page) => page.Route))

export const accountRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/account',
  beforeLoad: ({ context, location }) => needSignIn(context.queries, location.href),
}).lazy(() => import('../pages/account.tsx').then((page) => page.Route))

export const peopleRoutes = [startRoute, signInRoute, invitationRoute, accountRoute]

/** A path of this console; anything that a browser would take for another site's address is none. */
function readPath(value: unknown): string | undefined {
  if (typeof value !== 'string' || !value.startsWith('/')) return undefined
  const url = new URL(value, location.origin)
  return url.origin === location.origin && !/^\/[/\\]/.test(value)
    ? `${url.pathname}${url.search}`
    : undefined
}

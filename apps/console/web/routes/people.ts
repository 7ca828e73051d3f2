import { createRoute, redirect } from '@tanstack/react-router'
import { meQuery } from '../session.ts'
import { readNextPath } from './next-path.ts'
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
  validateSearch: (search: Record<string, unknown>): { next?: string } => ({
    next: readNextPath(search.next, location.origin),
  }),
  // Whoever is signed in already goes on.
  beforeLoad: async ({ context, search }) => {
    const me = await context.queries.ensureQueryData(meQuery)
    if (me.user) throw redirect({ href: search.next ?? '/' })
  },
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

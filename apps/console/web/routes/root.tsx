import { createRootRouteWithContext, createRoute, Outlet, redirect } from '@tanstack/react-router'
import type { QueryClient } from '@tanstack/react-query'
import { meQuery } from '../session.ts'
import { NotFound } from '../shell/not-found.tsx'
import { keepPolicy } from './policy.ts'

export const rootRoute = createRootRouteWithContext<{ queries: QueryClient }>()({
  beforeLoad: ({ location, preload }) => (preload ? undefined : keepPolicy(location.pathname, location.href)),
  component: Outlet,
  notFoundComponent: NotFound,
})

/** Sends whoever is not signed in to sign in, and back afterwards: only to a path of this console. */
export async function needSignIn(queries: QueryClient, path: string): Promise<void> {
  const me = await queries.ensureQueryData(meQuery)
  if (!me.user) throw redirect({ to: '/sign-in', search: { next: path } })
}

/** Everything of one domain. */
export const domainRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/d/$domain',
  beforeLoad: ({ context, location }) => needSignIn(context.queries, location.href),
}).lazy(() => import('../shell/domain-frame-route.tsx').then((page) => page.Route))

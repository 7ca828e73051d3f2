import { createRoute, redirect } from '@tanstack/react-router'
import { meQuery } from '../session.ts'
import { domainRoute, needSignIn, rootRoute } from './root.tsx'

function readQuery({ query }: Record<string, unknown>): { query?: string } {
  return query === undefined || query === '' ? {} : { query: String(query) }
}

const explorerRoute = createRoute({
  getParentRoute: () => domainRoute,
  path: '/explorer',
  validateSearch: readQuery,
}).lazy(() => import('../pages/explorer.tsx').then((page) => page.Route))

/** For links that do not know the reader's domain, such as those of the API reference: the Explorer of the first one. */
export const anyExplorerRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/explorer',
  validateSearch: readQuery,
  beforeLoad: async ({ context, location, search }) => {
    await needSignIn(context.queries, location.href)
    const { memberships } = await context.queries.ensureQueryData(meQuery)
    const first = memberships[0]
    if (!first) throw redirect({ to: '/' })
    throw redirect({ to: '/d/$domain/explorer', params: { domain: first.domain }, search })
  },
})

const gettingStartedRoute = createRoute({
  getParentRoute: () => domainRoute,
  path: '/getting-started',
  validateSearch: (search: Record<string, unknown>): { for?: 'program' } => ({
    for: search.for === 'program' ? 'program' : undefined,
  }),
}).lazy(() => import('../pages/getting-started.tsx').then((page) => page.Route))

export const buildRoutes = [explorerRoute, gettingStartedRoute]

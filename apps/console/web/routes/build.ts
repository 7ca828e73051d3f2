import { createRoute } from '@tanstack/react-router'
import { domainRoute } from './root.tsx'

const explorerRoute = createRoute({
  getParentRoute: () => domainRoute,
  path: '/explorer',
}).lazy(() => import('../pages/explorer.tsx').then((page) => page.Route))

const gettingStartedRoute = createRoute({
  getParentRoute: () => domainRoute,
  path: '/getting-started',
  validateSearch: (search: Record<string, unknown>): { for?: 'program' } => ({
    for: search.for === 'program' ? 'program' : undefined,
  }),
}).lazy(() => import('../pages/getting-started.tsx').then((page) => page.Route))

export const buildRoutes = [explorerRoute, gettingStartedRoute]

import { createRoute } from '@tanstack/react-router'
import { readId } from './consumers.ts'
import { domainRoute } from './root.tsx'

const overviewRoute = createRoute({
  getParentRoute: () => domainRoute,
  path: '/overview',
  validateSearch: ({ consumer }: Record<string, unknown>): { consumer?: string } => ({
    consumer: readId(consumer),
  }),
}).lazy(() => import('../pages/overview.tsx').then((page) => page.Route))

const membersRoute = createRoute({
  getParentRoute: () => domainRoute,
  path: '/members',
}).lazy(() => import('../pages/members.tsx').then((page) => page.Route))

export const manageRoutes = [overviewRoute, membersRoute]

import { createRoute } from '@tanstack/react-router'
import { domainRoute } from './root.tsx'

const consumersRoute = createRoute({
  getParentRoute: () => domainRoute,
  path: '/consumers',
}).lazy(() => import('../pages/consumers.tsx').then((page) => page.Route))

const newConsumerRoute = createRoute({
  getParentRoute: () => domainRoute,
  path: '/consumers/new',
}).lazy(() => import('../pages/new-consumer.tsx').then((page) => page.Route))

const consumerRoute = createRoute({
  getParentRoute: () => domainRoute,
  path: '/consumers/$id',
}).lazy(() => import('../pages/consumer.tsx').then((page) => page.Route))

export const consumerRoutes = [consumersRoute, newConsumerRoute, consumerRoute]

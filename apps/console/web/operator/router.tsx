import { createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { queries } from '../providers.tsx'
import { accountRoute, invitationRoute, signInRoute } from '../routes/people.ts'
import { needSignIn, rootRoute } from '../routes/root.tsx'

/** Everything that only operators see. */
const operatorRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'operator',
  beforeLoad: ({ context, location }) => needSignIn(context.queries, location.href),
  component: lazyRouteComponent(() => import('./operator-frame.tsx'), 'OperatorFrame'),
})

const domainsRoute = createRoute({
  getParentRoute: () => operatorRoute,
  path: '/',
  component: lazyRouteComponent(() => import('./pages/domains.tsx'), 'Domains'),
})

export const operatorRouter = createRouter({
  routeTree: rootRoute.addChildren([
    signInRoute,
    invitationRoute,
    accountRoute,
    operatorRoute.addChildren([domainsRoute]),
  ]),
  context: { queries },
})

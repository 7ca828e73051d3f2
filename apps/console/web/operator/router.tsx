import { createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { Failure } from '../parts/failure.tsx'
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

const startRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  beforeLoad: () => {
    throw redirect({ href: '/domains' })
  },
})

const domainsRoute = createRoute({
  getParentRoute: () => operatorRoute,
  path: '/domains',
  component: lazyRouteComponent(() => import('./pages/domains.tsx'), 'Domains'),
})

const newDomainRoute = createRoute({
  getParentRoute: () => operatorRoute,
  path: '/new-domain',
  component: lazyRouteComponent(() => import('./pages/new-domain.tsx'), 'NewDomain'),
})

const domainRoute = createRoute({
  getParentRoute: () => operatorRoute,
  path: '/domains/$name',
  component: lazyRouteComponent(() => import('./pages/domain.tsx'), 'DomainPage'),
})

const operatorsRoute = createRoute({
  getParentRoute: () => operatorRoute,
  path: '/operators',
  component: lazyRouteComponent(() => import('./pages/operators.tsx'), 'Operators'),
})

export const operatorRouter = createRouter({
  routeTree: rootRoute.addChildren([
    startRoute,
    signInRoute,
    invitationRoute,
    accountRoute,
    operatorRoute.addChildren([domainsRoute, newDomainRoute, domainRoute, operatorsRoute]),
  ]),
  context: { queries },
  defaultPreload: 'intent',
  scrollRestoration: true,
  defaultErrorComponent: ({ error, reset }) => <Failure error={error} onRetry={reset} />,
})

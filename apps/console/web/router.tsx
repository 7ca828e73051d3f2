import { createRouter } from '@tanstack/react-router'
import { Failure } from './parts/failure.tsx'
import { queries } from './providers.tsx'
import { anyExplorerRoute, buildRoutes } from './routes/build.ts'
import { consumerRoutes } from './routes/consumers.ts'
import { logRoutes } from './routes/logs.ts'
import { manageRoutes } from './routes/manage.ts'
import { peopleRoutes } from './routes/people.ts'
import { domainRoute, rootRoute } from './routes/root.tsx'

const routeTree = rootRoute.addChildren([
  ...peopleRoutes,
  anyExplorerRoute,
  domainRoute.addChildren([...manageRoutes, ...consumerRoutes, ...logRoutes, ...buildRoutes]),
])

export const router = createRouter({
  routeTree,
  context: { queries },
  defaultPreload: 'intent',
  scrollRestoration: true,
  defaultErrorComponent: ({ error, reset }) => <Failure error={error} onRetry={reset} />,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}

import { createRoute } from '@tanstack/react-router'
import { readDeliverySearch } from '../logs/search.ts'
import { domainRoute } from './root.tsx'

const states = ['active', 'inactive'] as const
const orders = ['name', 'lastUsed', 'requests', 'errors'] as const
const tabs = ['keys', 'events', 'usage', 'try'] as const

/** Which consumers a list shows, and in which order; what is absent is all of them by name. */
export interface ListSearch {
  q?: string
  state?: (typeof states)[number]
  order?: (typeof orders)[number]
  page?: number
}

const consumersRoute = createRoute({
  getParentRoute: () => domainRoute,
  path: '/consumers',
  validateSearch: ({ q, state, order, page }: Record<string, unknown>): ListSearch => ({
    q: typeof q === 'string' && q !== '' ? q : typeof q === 'number' ? String(q) : undefined,
    state: states.find((each) => each === state),
    order: orders.find((each) => each === order && each !== 'name'),
    page: Number.isInteger(page) && Number(page) > 1 ? Number(page) : undefined,
  }),
}).lazy(() => import('../pages/consumers.tsx').then((page) => page.Route))

const newConsumerRoute = createRoute({
  getParentRoute: () => domainRoute,
  path: '/consumers/new',
  validateSearch: ({ copy }: Record<string, unknown>): { copy?: string } => ({ copy: readId(copy) }),
}).lazy(() => import('../pages/new-consumer.tsx').then((page) => page.Route))

const consumerRoute = createRoute({
  getParentRoute: () => domainRoute,
  path: '/consumers/$id',
  validateSearch: ({ tab }: Record<string, unknown>): { tab?: (typeof tabs)[number] } => ({
    tab: tabs.find((each) => each === tab),
  }),
}).lazy(() => import('../pages/consumer.tsx').then((page) => page.Route))

const newSubscriptionRoute = createRoute({
  getParentRoute: () => domainRoute,
  path: '/consumers/$id/events/new',
}).lazy(() => import('../pages/new-subscription.tsx').then((page) => page.Route))

const subscriptionRoute = createRoute({
  getParentRoute: () => domainRoute,
  path: '/consumers/$id/events/$subscription',
  validateSearch: readDeliverySearch,
}).lazy(() => import('../pages/subscription.tsx').then((page) => page.Route))

export const consumerRoutes = [
  consumersRoute,
  newConsumerRoute,
  consumerRoute,
  newSubscriptionRoute,
  subscriptionRoute,
]

/** An id in the address bar: digits, which the router reads as a number where it can. */
export function readId(value: unknown): string | undefined {
  return /^\d{1,19}$/.test(String(value)) ? String(value) : undefined
}

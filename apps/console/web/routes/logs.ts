import { createRoute } from '@tanstack/react-router'
import { domainRoute } from './root.tsx'

const accessLogRoute = createRoute({
  getParentRoute: () => domainRoute,
  path: '/access-log',
}).lazy(() => import('../pages/access-log.tsx').then((page) => page.Route))

const accessRecordRoute = createRoute({
  getParentRoute: () => domainRoute,
  path: '/access-log/$id',
}).lazy(() => import('../pages/access-record.tsx').then((page) => page.Route))

const auditLogRoute = createRoute({
  getParentRoute: () => domainRoute,
  path: '/audit-log',
}).lazy(() => import('../pages/audit-log.tsx').then((page) => page.Route))

const auditEventRoute = createRoute({
  getParentRoute: () => domainRoute,
  path: '/audit-log/$id',
}).lazy(() => import('../pages/audit-event.tsx').then((page) => page.Route))

const disclosuresRoute = createRoute({
  getParentRoute: () => domainRoute,
  path: '/disclosures',
}).lazy(() => import('../pages/disclosures.tsx').then((page) => page.Route))

const verificationRoute = createRoute({
  getParentRoute: () => domainRoute,
  path: '/verification',
}).lazy(() => import('../pages/verification.tsx').then((page) => page.Route))

export const logRoutes = [
  accessLogRoute,
  accessRecordRoute,
  auditLogRoute,
  auditEventRoute,
  disclosuresRoute,
  verificationRoute,
]

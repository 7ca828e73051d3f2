import { createRoute } from '@tanstack/react-router'
import { readAccessSearch, readAuditSearch, readDisclosuresSearch } from '../logs/search.ts'
import { domainRoute } from './root.tsx'

const accessLogRoute = createRoute({
  getParentRoute: () => domainRoute,
  path: '/access-log',
  validateSearch: readAccessSearch,
}).lazy(() => import('../pages/access-log.tsx').then((page) => page.Route))

const accessRecordRoute = createRoute({
  getParentRoute: () => domainRoute,
  path: '/access-log/$id',
}).lazy(() => import('../pages/access-record.tsx').then((page) => page.Route))

const auditLogRoute = createRoute({
  getParentRoute: () => domainRoute,
  path: '/audit-log',
  validateSearch: readAuditSearch,
}).lazy(() => import('../pages/audit-log.tsx').then((page) => page.Route))

const auditEventRoute = createRoute({
  getParentRoute: () => domainRoute,
  path: '/audit-log/$id',
}).lazy(() => import('../pages/audit-event.tsx').then((page) => page.Route))

const disclosuresRoute = createRoute({
  getParentRoute: () => domainRoute,
  path: '/disclosures',
  validateSearch: readDisclosuresSearch,
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

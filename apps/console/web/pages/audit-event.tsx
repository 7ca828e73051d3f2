import { createLazyRoute } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Page } from '../parts/page.tsx'

export const Route = createLazyRoute('/d/$domain/audit-log/$id')({ component: AuditEvent })

function AuditEvent() {
  const { t } = useTranslation()
  return <Page title={t('navigation.auditLog')}>{null}</Page>
}

import { createLazyRoute } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Page } from '../parts/page.tsx'

export const Route = createLazyRoute('/d/$domain/access-log')({ component: AccessLog })

function AccessLog() {
  const { t } = useTranslation()
  return <Page title={t('navigation.accessLog')}>{null}</Page>
}

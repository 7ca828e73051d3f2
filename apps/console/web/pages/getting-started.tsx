import { createLazyRoute } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Page } from '../parts/page.tsx'

export const Route = createLazyRoute('/d/$domain/getting-started')({ component: GettingStarted })

function GettingStarted() {
  const { t } = useTranslation()
  return <Page title={t('navigation.onboarding')}>{null}</Page>
}

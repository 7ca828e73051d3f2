import { createLazyRoute } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Page } from '../parts/page.tsx'

export const Route = createLazyRoute('/d/$domain/verification')({ component: Verification })

function Verification() {
  const { t } = useTranslation()
  return <Page title={t('navigation.verification')}>{null}</Page>
}

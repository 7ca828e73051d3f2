import { createLazyRoute } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Page } from '../parts/page.tsx'

export const Route = createLazyRoute('/d/$domain/consumers/$id')({ component: Consumer })

function Consumer() {
  const { t } = useTranslation()
  return <Page title={t('navigation.consumers')}>{null}</Page>
}

import { createLazyRoute } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Page } from '../parts/page.tsx'

export const Route = createLazyRoute('/d/$domain/access-log/$id')({ component: AccessRecord })

function AccessRecord() {
  const { t } = useTranslation()
  return <Page title={t('navigation.accessLog')}>{null}</Page>
}

import { createLazyRoute } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Page } from '../parts/page.tsx'

export const Route = createLazyRoute('/d/$domain/disclosures')({ component: Disclosures })

function Disclosures() {
  const { t } = useTranslation()
  return <Page title={t('navigation.disclosures')}>{null}</Page>
}

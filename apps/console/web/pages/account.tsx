import { createLazyRoute } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Page } from '../parts/page.tsx'
import { Bare } from '../shell/bare.tsx'

export const Route = createLazyRoute('/account')({ component: Account })

function Account() {
  const { t } = useTranslation('people')
  return (
    <Bare>
      <Page title={t('account.title')}>{null}</Page>
    </Bare>
  )
}

import { createLazyRoute } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Page } from '../parts/page.tsx'
import { Bare } from '../shell/bare.tsx'

export const Route = createLazyRoute('/invitation')({ component: Invitation })

function Invitation() {
  const { t } = useTranslation('people')
  return (
    <Bare>
      <Page title={t('invitation.title')}>{null}</Page>
    </Bare>
  )
}

import { createLazyRoute } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Page } from '../parts/page.tsx'
import { Bare } from '../shell/bare.tsx'

export const Route = createLazyRoute('/')({ component: NoDomain })

function NoDomain() {
  const { t } = useTranslation()
  return (
    <Bare>
      <Page title={t('noDomain.title')} lead={t('noDomain.text')}>
        {null}
      </Page>
    </Bare>
  )
}

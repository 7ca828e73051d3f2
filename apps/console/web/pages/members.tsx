import { createLazyRoute } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Page } from '../parts/page.tsx'
import { PeopleOf } from '../people/people-of.tsx'
import { useDomain } from '../session.ts'

export const Route = createLazyRoute('/d/$domain/members')({ component: Members })

function Members() {
  const { t } = useTranslation('members')
  const { domain, maySave } = useDomain()
  return (
    <Page title={t('title')} lead={t('lead', { domain })}>
      <PeopleOf domain={domain} maySave={maySave} />
    </Page>
  )
}

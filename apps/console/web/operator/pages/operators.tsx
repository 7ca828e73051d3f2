import { useTranslation } from 'react-i18next'
import { Page } from '../../parts/page.tsx'
import { PeopleOf } from '../../people/people-of.tsx'
import { platform } from '../../people/people-query.ts'

/** Who operates the platform. */
export function Operators() {
  const { t } = useTranslation('operator')
  return (
    <Page title={t('operators.title')} lead={t('operators.lead')}>
      <PeopleOf domain={platform} maySave />
    </Page>
  )
}

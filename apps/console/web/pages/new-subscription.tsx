import { Text } from '@mantine/core'
import { createLazyRoute, useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { NewSubscriptionForm } from '../events/new-subscription-form.tsx'
import { Page } from '../parts/page.tsx'
import { useDomain } from '../session.ts'
import '../consumers/consumers.css'

export const Route = createLazyRoute('/d/$domain/consumers/$id/events/new')({ component: NewSubscription })

function NewSubscription() {
  const { t } = useTranslation('events')
  const { maySave } = useDomain()
  const { id } = useParams({ from: '/d/$domain/consumers/$id/events/new' })
  return (
    <Page title={t('create.title')} lead={t('create.lead')}>
      {maySave ? <NewSubscriptionForm consumerId={id} /> : <Text>{t('auditor')}</Text>}
    </Page>
  )
}

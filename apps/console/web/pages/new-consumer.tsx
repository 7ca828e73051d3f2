import { Skeleton, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { createLazyRoute, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { nameOf } from '../consumers/list.ts'
import { NewConsumerForm } from '../consumers/new-consumer-form.tsx'
import { consumerQuery } from '../consumers/one.ts'
import { Failure } from '../parts/failure.tsx'
import { Page } from '../parts/page.tsx'
import { useDomain } from '../session.ts'
import '../consumers/consumers.css'

export const Route = createLazyRoute('/d/$domain/consumers/new')({ component: NewConsumer })

function NewConsumer() {
  const { t } = useTranslation('consumers')
  const { domain, maySave } = useDomain()
  const { copy } = useSearch({ from: '/d/$domain/consumers/new' })
  const original = useQuery({ ...consumerQuery(domain, copy ?? ''), enabled: copy !== undefined })
  if (!maySave)
    return (
      <Page title={t('create.title')}>
        <Text>{t('auditor')}</Text>
      </Page>
    )
  if (copy === undefined)
    return (
      <Page title={t('create.title')} lead={t('create.lead')}>
        <NewConsumerForm />
      </Page>
    )
  return (
    <Page
      title={original.data ? t('create.copyTitle', { name: nameOf(original.data) }) : t('create.title')}
      lead={t('create.copyLead')}
    >
      {original.error && <Failure error={original.error} onRetry={() => void original.refetch()} />}
      {original.isPending && <Skeleton height={400} aria-label={t('loading')} />}
      {original.data === null && <Text>{t('one.missing')}</Text>}
      {original.data && <NewConsumerForm original={original.data} />}
    </Page>
  )
}

import { Card, Group, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { IconPlus, IconWebhook } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Consumer } from '../consumers/one.ts'
import { Failure } from '../parts/failure.tsx'
import { ButtonLink } from '../parts/links.tsx'
import { useDomain } from '../session.ts'
import { SubscriptionCard } from './subscription-card.tsx'
import { subscriptionsQuery } from './subscriptions.ts'

/** What a consumer is told of, and where: its event subscriptions. */
export default function EventsTab({ consumer: { id } }: { consumer: Consumer }) {
  const { t } = useTranslation('events')
  const { domain, maySave } = useDomain()
  const { data, error, refetch } = useQuery(subscriptionsQuery(domain, id))
  const create = maySave && (
    <ButtonLink
      to="/d/$domain/consumers/$id/events/new"
      params={{ domain, id }}
      leftSection={<IconPlus size={16} aria-hidden />}
    >
      {t('list.create')}
    </ButtonLink>
  )
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <Skeleton height={240} aria-label={t('loading')} role="status" />
  if (data.length === 0)
    return (
      <Card withBorder padding="xl">
        <Stack align="flex-start" maw={620}>
          <IconWebhook size={32} aria-hidden />
          <Title order={2} size="h4">
            {t('empty.title')}
          </Title>
          <Text>{t('empty.what')}</Text>
          <Text>{t('empty.how')}</Text>
          {create || <Text c="dimmed">{t('auditor')}</Text>}
        </Stack>
      </Card>
    )
  return (
    <>
      <Group justify="space-between">
        <Title order={2} size="h4">
          {t('list.title', { count: data.length })}
        </Title>
        {create}
      </Group>
      <Stack component="ul" className="plain" gap="sm">
        {data.map((each) => (
          <SubscriptionCard key={each.id} consumerId={id} subscription={each} />
        ))}
      </Stack>
    </>
  )
}

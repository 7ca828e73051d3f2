import { Card, Group, Text, Title } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { AnchorLink } from '../parts/links.tsx'
import { Ago } from '../parts/time.tsx'
import { Written } from '../parts/written.tsx'
import { useDomain } from '../session.ts'
import { StateBadge } from './state-badge.tsx'
import { countWaiting, type ListedSubscription } from './subscriptions.ts'

/** A subscription in a list: how it stands, how much waits, when something last came through. */
export function SubscriptionCard({
  consumerId,
  subscription: { id, name, url, topics, state, waiting, lastDeliveredAt },
}: {
  consumerId: string
  subscription: ListedSubscription
}) {
  const { t, i18n } = useTranslation('events')
  const { domain } = useDomain()
  return (
    <Card component="li" withBorder padding="md" className="whole-row">
      <Group justify="space-between" align="flex-start" gap="sm">
        <Title order={3} size="h5">
          <AnchorLink
            className="reach"
            to="/d/$domain/consumers/$id/events/$subscription"
            params={{ domain, id: consumerId, subscription: id }}
          >
            <Written text={name} />
          </AnchorLink>
        </Title>
        <StateBadge state={state} />
      </Group>
      <Text size="sm" c="dimmed" component="div">
        <Written text={url} />
      </Text>
      <Group gap="4px 24px" mt="xs">
        <Text size="sm">{t('list.topics', { count: topics.length })}</Text>
        {state !== 'DEACTIVATED' && (
          <Text size="sm" className="tabular">
            {t('list.waiting', { count: waiting, number: countWaiting(waiting, i18n.language) })}
          </Text>
        )}
        <Text size="sm" component="div">
          {lastDeliveredAt ? (
            <>
              {t('list.lastDelivered')} <Ago at={lastDeliveredAt} />
            </>
          ) : (
            t('list.neverDelivered')
          )}
        </Text>
      </Group>
    </Card>
  )
}

import { Button, Code, Group, List, Text } from '@mantine/core'
import { IconPencil } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { LogLink } from '../consumers/log-link.tsx'
import { Section } from '../consumers/section.tsx'
import { Copy } from '../parts/copy.tsx'
import { Ago, Moment } from '../parts/time.tsx'
import { Written } from '../parts/written.tsx'
import { useDomain } from '../session.ts'
import { EndSubscription } from './activity.tsx'
import { EditSubscription } from './edit-subscription.tsx'
import { SecretsSection } from './secrets-section.tsx'
import { isEnded, type Subscription } from './subscriptions.ts'
import { topicKey } from './topics.ts'

/** What a subscription is, its secrets, and the forms that change them. */
export function FactsTab({ subscription }: { subscription: Subscription }) {
  const { t } = useTranslation('events')
  const { maySave } = useDomain()
  // Null before the form was ever open: whoever closes it goes on where they opened it.
  const [editing, setEditing] = useState<boolean | null>(null)
  const { id, url, topics, createdAt, updatedAt, lastDeliveredAt, lastSequence } = subscription
  const mayChange = maySave && !isEnded(subscription)
  if (editing) return <EditSubscription subscription={subscription} onClose={() => setEditing(false)} />
  return (
    <>
      <Section title={t('facts.title')}>
        <dl className="facts">
          <dt>{t('fields.url')}</dt>
          <dd>
            <Group gap={4}>
              <Written text={url} most={2000} />
              <Copy text={url} />
            </Group>
          </dd>
          <dt>{t('facts.topics')}</dt>
          <dd>
            <List size="sm" spacing={2} listStyleType="none">
              {topics.map((topic) => (
                <List.Item key={topic}>
                  {t(`topics.${topicKey(topic)}`)} <Code>{topic}</Code>
                </List.Item>
              ))}
            </List>
          </dd>
          <dt>{t('facts.id')}</dt>
          <dd>{id}</dd>
          <dt>{t('facts.lastDelivered')}</dt>
          <dd>{lastDeliveredAt ? <Ago at={lastDeliveredAt} /> : t('never')}</dd>
          {lastSequence !== null && lastSequence !== undefined && (
            <>
              <dt>{t('facts.lastSequence')}</dt>
              <dd>{lastSequence}</dd>
            </>
          )}
          <dt>{t('facts.created')}</dt>
          <dd>
            <Moment at={createdAt} />
          </dd>
          <dt>{t('facts.updated')}</dt>
          <dd>
            <Moment at={updatedAt} />
          </dd>
        </dl>
        <Group gap="lg">
          {mayChange && (
            <Button
              autoFocus={editing === false}
              leftSection={<IconPencil size={16} aria-hidden />}
              onClick={() => setEditing(true)}
            >
              {t('facts.edit')}
            </Button>
          )}
          <LogLink to="/d/$domain/audit-log" search={{ recordType: 'EventSubscription', recordId: id }}>
            {t('facts.auditLog')}
          </LogLink>
        </Group>
      </Section>
      {!isEnded(subscription) && <SecretsSection subscription={subscription} />}
      {mayChange && (
        <Section title={t('end.heading')}>
          <Text size="sm">{t('end.text')}</Text>
          <Group>
            <EndSubscription subscription={subscription} />
          </Group>
        </Section>
      )}
    </>
  )
}

import { List } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { nameOf } from '../consumers/list.ts'
import { Section } from '../consumers/section.tsx'
import { StateBadge } from '../events/state-badge.tsx'
import { troubledQuery } from '../events/subscriptions.ts'
import { AnchorLink } from '../parts/links.tsx'
import { Written } from '../parts/written.tsx'
import { useDomain } from '../session.ts'

/** The event subscriptions whose receivers fail, or that were stopped for it; nothing where there are none. */
export function Undelivered() {
  const { t } = useTranslation('overview')
  const { domain } = useDomain()
  const { data = [] } = useQuery(troubledQuery(domain))
  if (data.length === 0) return null
  return (
    <Section title={t('undelivered.title')} text={t('undelivered.text')}>
      <List spacing="xs" listStyleType="none">
        {data.map(({ id, name, state, consumer }) => (
          <List.Item key={id}>
            <AnchorLink
              fw={550}
              to="/d/$domain/consumers/$id/events/$subscription"
              params={{ domain, id: consumer.id, subscription: id }}
            >
              <Written text={name} />
            </AnchorLink>{' '}
            {t('undelivered.of', { consumer: nameOf(consumer) })} <StateBadge state={state} />
          </List.Item>
        ))}
      </List>
    </Section>
  )
}

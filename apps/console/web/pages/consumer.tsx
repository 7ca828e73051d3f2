import { Anchor, Skeleton, Stack, Tabs, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { createLazyRoute, Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { IconChevronLeft } from '@tabler/icons-react'
import { lazy, Suspense, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { ActivitySwitch } from '../consumers/activity-switch.tsx'
import { ActiveBadge } from '../consumers/badges.tsx'
import { FactsTab } from '../consumers/facts-tab.tsx'
import { KeysTab } from '../consumers/keys-tab.tsx'
import { nameOf } from '../consumers/list.ts'
import { consumerQuery, type Consumer } from '../consumers/one.ts'
import { Failure } from '../parts/failure.tsx'
import { Page } from '../parts/page.tsx'
import { useDomain } from '../session.ts'
import '../consumers/consumers.css'

export const Route = createLazyRoute('/d/$domain/consumers/$id')({ component: OneConsumer })

const TryTab = lazy(() => import('../consumers/try-tab.tsx'))
const EventsTab = lazy(() => import('../events/events-tab.tsx'))
const UsageTab = lazy(() => import('../consumers/usage-tab.tsx'))

const tabs = { facts: FactsTab, keys: KeysTab, events: EventsTab, usage: UsageTab, try: TryTab }

function OneConsumer() {
  const { t } = useTranslation('consumers')
  const { domain } = useDomain()
  const { id } = useParams({ from: '/d/$domain/consumers/$id' })
  const consumer = useQuery(consumerQuery(domain, id))
  const back = (
    <Anchor
      size="sm"
      renderRoot={(props) => <Link {...props} to="/d/$domain/consumers" params={{ domain }} />}
    >
      <IconChevronLeft size={14} aria-hidden /> {t('list.title')}
    </Anchor>
  )
  if (consumer.data) return <Shown consumer={consumer.data} back={back} />
  return (
    <Page title={consumer.data === null ? t('one.missing') : t('list.title')} lead={back}>
      {consumer.error && <Failure error={consumer.error} onRetry={() => void consumer.refetch()} />}
      {consumer.isPending && <Skeleton height={320} aria-label={t('loading')} />}
      {consumer.data === null && <Text>{t('one.missingText')}</Text>}
    </Page>
  )
}

function Shown({ consumer, back }: { consumer: Consumer; back: ReactNode }) {
  const { t } = useTranslation('consumers')
  const { tab = 'facts' } = useSearch({ from: '/d/$domain/consumers/$id' })
  const navigate = useNavigate({ from: '/d/$domain/consumers/$id' })
  return (
    <Page
      title={nameOf(consumer)}
      lead={
        <>
          {back}
          <br />
          <ActiveBadge active={consumer.active} />
        </>
      }
      actions={<ActivitySwitch consumer={consumer} />}
    >
      <Tabs
        value={tab}
        keepMounted={false}
        onChange={(next) =>
          void navigate({
            search: { tab: next === 'facts' || next === null ? undefined : (next as 'keys') },
            replace: true,
          })
        }
      >
        <Tabs.List>
          {(['facts', 'keys', 'events', 'usage', 'try'] as const).map((each) => (
            <Tabs.Tab key={each} value={each}>
              {t(`tabs.${each}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {Object.entries(tabs).map(([each, Tab]) => (
          <Tabs.Panel key={each} value={each} pt="lg">
            <Stack>
              <Suspense fallback={<Skeleton height={320} />}>
                <Tab consumer={consumer} />
              </Suspense>
            </Stack>
          </Tabs.Panel>
        ))}
      </Tabs>
    </Page>
  )
}

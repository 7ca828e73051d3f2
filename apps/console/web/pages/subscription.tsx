import { Skeleton, Stack, Tabs, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { createLazyRoute, useNavigate } from '@tanstack/react-router'
import { IconChevronLeft } from '@tabler/icons-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { nameOf } from '../consumers/list.ts'
import { PauseSwitch } from '../events/activity.tsx'
import { DeliveriesTab } from '../events/deliveries-tab.tsx'
import { FactsTab } from '../events/facts-tab.tsx'
import { ReceiveTab } from '../events/receive-tab.tsx'
import { StateBadge } from '../events/state-badge.tsx'
import { StateNotice } from '../events/state-notice.tsx'
import { isEnded, subscriptionQuery, type Subscription } from '../events/subscriptions.ts'
import { TestEvent } from '../events/test-event.tsx'
import { TestResult, type TestedDelivery } from '../events/test-result.tsx'
import { Failure } from '../parts/failure.tsx'
import { AnchorLink } from '../parts/links.tsx'
import { Page } from '../parts/page.tsx'
import { spellOut } from '../parts/written.tsx'
import { useDomain } from '../session.ts'
import '../consumers/consumers.css'

export const Route = createLazyRoute('/d/$domain/consumers/$id/events/$subscription')({
  component: OneSubscription,
})

const tabs = { deliveries: DeliveriesTab, facts: FactsTab, receive: ReceiveTab }

function OneSubscription() {
  const { t } = useTranslation('events')
  const { domain } = useDomain()
  const { id, subscription: subscriptionId } = Route.useParams()
  const subscription = useQuery(subscriptionQuery(domain, subscriptionId))
  const found = subscription.data
  const back = (
    <AnchorLink
      size="sm"
      to="/d/$domain/consumers/$id"
      params={{ domain, id: found?.consumer.id ?? id }}
      search={{ tab: 'events' }}
    >
      <IconChevronLeft size={14} aria-hidden />{' '}
      {found ? t('one.of', { consumer: nameOf(found.consumer) }) : t('one.back')}
    </AnchorLink>
  )
  if (found) return <Shown subscription={found} back={back} />
  return (
    <Page title={found === null ? t('one.missing') : t('one.title')} lead={back}>
      {subscription.error && (
        <Failure error={subscription.error} onRetry={() => void subscription.refetch()} />
      )}
      {subscription.isPending && <Skeleton height={320} aria-label={t('loading')} role="status" />}
      {found === null && <Text>{t('one.missingText')}</Text>}
    </Page>
  )
}

function Shown({ subscription, back }: { subscription: Subscription; back: ReactNode }) {
  const { t } = useTranslation('events')
  const { maySave } = useDomain()
  const { tab = 'deliveries' } = Route.useSearch()
  const navigate = useNavigate({ from: '/d/$domain/consumers/$id/events/$subscription' })
  const [tested, setTested] = useState<TestedDelivery | null>(null)
  return (
    <Page
      title={spellOut(subscription.name)}
      lead={
        <>
          {back}
          <br />
          <StateBadge state={subscription.state} />
        </>
      }
      actions={
        maySave &&
        !isEnded(subscription) && (
          <>
            <TestEvent id={subscription.id} onTested={setTested} />
            <PauseSwitch subscription={subscription} />
          </>
        )
      }
    >
      {tested && <TestResult tested={tested} onClose={() => setTested(null)} />}
      <StateNotice subscription={subscription} />
      <Tabs
        value={tab}
        keepMounted={false}
        onChange={(next) =>
          void navigate({
            search: { tab: next === 'facts' || next === 'receive' ? next : undefined },
            replace: true,
          })
        }
      >
        <Tabs.List>
          {(['deliveries', 'facts', 'receive'] as const).map((each) => (
            <Tabs.Tab key={each} value={each}>
              {t(`tabs.${each}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {Object.entries(tabs).map(([each, Tab]) => (
          <Tabs.Panel key={each} value={each} pt="lg">
            <Stack>
              <Tab subscription={subscription} />
            </Stack>
          </Tabs.Panel>
        ))}
      </Tabs>
    </Page>
  )
}

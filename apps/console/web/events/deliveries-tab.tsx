import { Button, Group, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { IconRepeat } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Filters } from '../logs/filters.tsx'
import { LogList } from '../logs/log-list.tsx'
import { useLogPage } from '../logs/log-page.ts'
import { deliveryStatuses, type DeliverySearch } from '../logs/search.ts'
import { TimeFilter } from '../logs/time-filter.tsx'
import { useDomain } from '../session.ts'
import { readDeliveryPage } from './deliveries-query.ts'
import { DeliveryDialog } from './delivery-dialog.tsx'
import { DeliveryTable } from './delivery-table.tsx'
import { ResendDialog } from './resend-dialog.tsx'
import { isEnded, type Subscription } from './subscriptions.ts'
import { topicKey, topics } from './topics.ts'

const route = '/d/$domain/consumers/$id/events/$subscription'

/** The delivery log of a subscription with its filters, one delivery opened, and the way to send some again. */
export function DeliveriesTab({ subscription }: { subscription: Subscription }) {
  const { t } = useTranslation('events')
  const { domain, maySave } = useDomain()
  const { tab: _, delivery, ...search }: DeliverySearch = useSearch({ from: route })
  const { after: __, before: ___, ...filters } = search
  const { last, from, to, ...values } = filters
  const navigate = useNavigate({ from: route })
  const show = (next: DeliverySearch): void => void navigate({ search: next, resetScroll: false })
  const setFilters = (change: DeliverySearch): void => show({ ...filters, ...change })
  const { id } = subscription
  const key = ['events', domain, 'log', id]
  const log = useLogPage(key, search, (question) => readDeliveryPage(domain, id, search, question))
  useFollowing(subscription, key)
  const [resending, setResending] = useState(false)
  return (
    <>
      <Group justify="space-between" align="flex-start" gap="sm">
        <Text c="dimmed" size="sm" maw={620}>
          {t('deliveries.lead')}
        </Text>
        {maySave && !isEnded(subscription) && (
          <Button
            variant="default"
            leftSection={<IconRepeat size={16} aria-hidden />}
            onClick={() => setResending(true)}
          >
            {t('resend.open')}
          </Button>
        )}
      </Group>
      <Filters
        values={{ ...values, ...(last && { last }), ...(from && { from }), ...(to && { to }) }}
        time={<TimeFilter time={{ last, from, to }} onChange={setFilters} />}
        filters={[
          {
            name: 'status',
            label: t('deliveries.status'),
            choices: deliveryStatuses.map((value) => ({ value, label: t(`statuses.${value}`) })),
          },
          {
            name: 'topic',
            label: t('deliveries.what'),
            choices: [...topics, 'subscription.test'].map((value) => ({
              value,
              label: t(`topics.${topicKey(value)}`),
            })),
          },
          { name: 'patientId', label: t('deliveries.patientId'), inputMode: 'numeric' },
        ]}
        more={[]}
        onChange={(name, value) => setFilters({ [name]: value })}
        onClear={() => show({})}
      />
      <LogList
        log={log}
        isFiltered={Object.keys(filters).length > 0}
        empty={t('deliveries.empty')}
        draw={({ nodes }) => <DeliveryTable deliveries={nodes} search={search} />}
      />
      {delivery && log.page.data && (
        <DeliveryDialog
          subscription={subscription}
          delivery={log.page.data.nodes.find((each) => each.id === delivery)}
          onClose={() => show(search)}
        />
      )}
      {resending && <ResendDialog id={id} onClose={() => setResending(false)} />}
    </>
  )
}

/** The log is asked for anew whenever the subscription shows that something was delivered, or came to wait. */
function useFollowing({ waiting, lastDeliveredAt, state }: Subscription, key: readonly unknown[]): void {
  const queries = useQueryClient()
  const seen = `${waiting} ${lastDeliveredAt ?? ''} ${state}`
  const [shown, setShown] = useState(seen)
  useEffect(() => {
    if (shown === seen) return
    setShown(seen)
    void queries.invalidateQueries({ queryKey: key })
  })
}

import { Button, Code, Group, Modal, Stack, Table, Text, Title } from '@mantine/core'
import { IconRepeat } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Scrolled } from '../logs/scrolled.tsx'
import { When } from '../logs/when.tsx'
import { CodeView } from '../parts/code-view.tsx'
import { Failure } from '../parts/failure.tsx'
import { AnchorLink } from '../parts/links.tsx'
import { Moment } from '../parts/time.tsx'
import { useDomain } from '../session.ts'
import type { Delivery } from './deliveries-query.ts'
import { DeliveryStatus, useAttemptWords } from './delivery-status.tsx'
import { useResend } from './resend.ts'
import { isEnded, type Subscription } from './subscriptions.ts'
import { topicKey } from './topics.ts'

/** One delivery opened: what was posted, and everything that was tried. */
export function DeliveryDialog({
  subscription,
  delivery,
  onClose,
}: {
  subscription: Subscription
  delivery: Delivery | undefined
  onClose: () => void
}) {
  const { t } = useTranslation('events')
  const title = delivery && t([`topics.${topicKey(delivery.topic)}`, 'topics.other'], delivery)
  return (
    <Modal
      opened
      onClose={onClose}
      size="xl"
      title={title ?? t('delivery.missing')}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      {delivery ? (
        <Opened subscription={subscription} delivery={delivery} />
      ) : (
        <Text>{t('delivery.missingText')}</Text>
      )}
    </Modal>
  )
}

function Opened({ subscription, delivery }: { subscription: Subscription; delivery: Delivery }) {
  const { t } = useTranslation('events')
  const { domain, maySave } = useDomain()
  const resend = useResend()
  const { eventId, sequence, status, nextAttemptAt, deliveredAt, createdAt, isTest } = delivery
  return (
    <Stack>
      <dl className="facts">
        <dt>{t('deliveries.status')}</dt>
        <dd>
          <DeliveryStatus status={status} />
        </dd>
        {nextAttemptAt && (
          <>
            <dt>{t('delivery.next')}</dt>
            <dd>
              <Moment at={nextAttemptAt} />
            </dd>
          </>
        )}
        <dt>{t('delivery.created')}</dt>
        <dd>
          <Moment at={createdAt} />
        </dd>
        {deliveredAt && (
          <>
            <dt>{t('delivery.delivered')}</dt>
            <dd>
              <Moment at={deliveredAt} />
            </dd>
          </>
        )}
        <dt>{t('delivery.eventId')}</dt>
        <dd>
          {isTest ? (
            <Code>{eventId}</Code>
          ) : (
            <AnchorLink size="sm" to="/d/$domain/audit-log/$id" params={{ domain, id: eventId }}>
              {eventId}
            </AnchorLink>
          )}
        </dd>
        {sequence !== null && sequence !== undefined && (
          <>
            <dt>{t('deliveries.sequence')}</dt>
            <dd>{sequence}</dd>
          </>
        )}
      </dl>
      <Attempts of={delivery} />
      <CodeView
        title={t('delivery.payload')}
        text={JSON.stringify(JSON.parse(delivery.payload), null, 2)}
        language="json"
        fileName={`${eventId}.json`}
      />
      {resend.error && <Failure error={resend.error} />}
      {maySave && !isTest && !isEnded(subscription) && (
        <Group>
          <Button
            leftSection={<IconRepeat size={16} aria-hidden />}
            loading={resend.isPending}
            onClick={() => resend.mutate({ input: { id: subscription.id, eventId } })}
          >
            {t('resend.one')}
          </Button>
          <Text size="sm" c="dimmed">
            {t('resend.oneText')}
          </Text>
        </Group>
      )}
    </Stack>
  )
}

function Attempts({ of: { attempts } }: { of: Delivery }) {
  const { t, i18n } = useTranslation('events')
  const words = useAttemptWords()
  const title = t('attempts.title', { count: attempts.length })
  return (
    <Stack gap="xs">
      <Title order={2} size="h4">
        {title}
      </Title>
      {attempts.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t('attempts.none')}
        </Text>
      ) : (
        <Scrolled label={title} minWidth={640}>
          <Table className="log-table" verticalSpacing="xs">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('attempts.at')}</Table.Th>
                <Table.Th>{t('attempts.result')}</Table.Th>
                <Table.Th className="number">{t('attempts.duration')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {attempts.map((attempt) => (
                <Table.Tr key={attempt.at}>
                  <Table.Td className="when">
                    <When at={attempt.at} />
                  </Table.Td>
                  <Table.Td>{words(attempt)}</Table.Td>
                  <Table.Td className="number">
                    {attempt.durationMs.toLocaleString(i18n.language)} ms
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Scrolled>
      )}
    </Stack>
  )
}

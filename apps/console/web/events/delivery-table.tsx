import { Badge, Group, Table, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Scrolled } from '../logs/scrolled.tsx'
import type { DeliverySearch } from '../logs/search.ts'
import { When } from '../logs/when.tsx'
import { AnchorLink } from '../parts/links.tsx'
import { useDomain } from '../session.ts'
import type { Delivery } from './deliveries-query.ts'
import { DeliveryStatus, useAttemptWords } from './delivery-status.tsx'
import { topicKey } from './topics.ts'

/** Deliveries, newest first. The row opens the delivery. */
export function DeliveryTable({ deliveries, search }: { deliveries: Delivery[]; search: DeliverySearch }) {
  const { t, i18n } = useTranslation('events')
  const { domain } = useDomain()
  const attemptWords = useAttemptWords()
  return (
    <Scrolled label={t('deliveries.title')} minWidth={760}>
      <Table className="log-table" verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('deliveries.when')}</Table.Th>
            <Table.Th>{t('deliveries.what')}</Table.Th>
            <Table.Th>{t('deliveries.patient')}</Table.Th>
            <Table.Th>{t('deliveries.status')}</Table.Th>
            <Table.Th>{t('deliveries.lastAttempt')}</Table.Th>
            <Table.Th className="number">{t('deliveries.sequence')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {deliveries.map((delivery) => {
            const { id, topic, patientId, createdAt, attempts, sequence, isTest, isResend } = delivery
            const last = attempts.at(-1)
            return (
              <Table.Tr key={id}>
                <Table.Td className="when">
                  <When at={createdAt} />
                </Table.Td>
                <Table.Td>
                  <AnchorLink
                    className="opens"
                    to="."
                    search={{ ...search, delivery: id } as never}
                    resetScroll={false}
                    size="sm"
                    fw={550}
                  >
                    {t([`topics.${topicKey(topic)}`, 'topics.other'], { topic })}
                  </AnchorLink>
                  <Group gap={6}>
                    <Text size="xs" c="dimmed">
                      {topic}
                    </Text>
                    {isTest && (
                      <Badge size="sm" variant="default">
                        {t('deliveries.test')}
                      </Badge>
                    )}
                    {isResend && (
                      <Badge size="sm" variant="default">
                        {t('deliveries.resent')}
                      </Badge>
                    )}
                  </Group>
                </Table.Td>
                <Table.Td>
                  {patientId && (
                    <AnchorLink
                      size="sm"
                      to="/d/$domain/disclosures"
                      params={{ domain }}
                      search={{ patientId: Number(patientId) }}
                      aria-label={t('deliveries.patientOf', { id: patientId })}
                    >
                      {patientId}
                    </AnchorLink>
                  )}
                </Table.Td>
                <Table.Td>
                  <DeliveryStatus status={delivery.status} />
                  {attempts.length > 1 && (
                    <Text size="xs" c="dimmed">
                      {t('attempts.count', { count: attempts.length })}
                    </Text>
                  )}
                </Table.Td>
                <Table.Td>
                  {last && (
                    <Text size="sm">
                      {attemptWords(last)}
                      <Text size="xs" c="dimmed" span display="block">
                        {last.durationMs.toLocaleString(i18n.language)} ms
                      </Text>
                    </Text>
                  )}
                </Table.Td>
                <Table.Td className="number">{sequence}</Table.Td>
              </Table.Tr>
            )
          })}
        </Table.Tbody>
      </Table>
    </Scrolled>
  )
}

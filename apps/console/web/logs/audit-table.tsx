import './logs.css'
import { Table, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { AnchorLink } from '../parts/links.tsx'
import { Written } from '../parts/written.tsx'
import { Actor } from './actor.tsx'
import type { ListedEvent } from './audit-query.ts'
import { Outcome } from './outcome.tsx'
import { Scrolled } from './scrolled.tsx'
import { countPatients, describeSeen, kindOf } from './seen.tsx'
import { When } from './when.tsx'

/** Events of the audit log. The row opens the event. */
export function AuditTable({
  domain,
  events,
  label,
  patientId,
}: {
  domain: string
  events: ListedEvent[]
  label: string
  /** Of whom alone the list is. */
  patientId?: string
}) {
  const { t } = useTranslation('logs')
  return (
    <Scrolled label={label} minWidth={760}>
      <Table className="log-table" verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('column.when')}</Table.Th>
            <Table.Th>{t('column.what')}</Table.Th>
            <Table.Th>{t('column.who')}</Table.Th>
            <Table.Th>{t('column.record')}</Table.Th>
            {patientId === undefined && <Table.Th>{t('column.patient')}</Table.Th>}
            <Table.Th>{t('column.outcome')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {events.map((event) => (
            <Table.Tr key={event.id}>
              <Table.Td className="when">
                <When at={event.occurredAt} />
              </Table.Td>
              <Table.Td>
                <AnchorLink
                  className="opens"
                  to="/d/$domain/audit-log/$id"
                  params={{ domain, id: event.id }}
                  size="sm"
                  fw={550}
                >
                  {t(`eventKind.${kindOf(event)}`)}
                </AnchorLink>
                <Text size="xs" c="dimmed">
                  <Written text={event.action} />
                  {event.count > 1 && ` · ${t('access.counted', { count: event.count })}`}
                </Text>
              </Table.Td>
              <Table.Td>
                <Actor domain={domain} actor={event.actor} />
              </Table.Td>
              <Table.Td>
                <Text size="sm">
                  {describeSeen(event, patientId)}
                  {event.recordType && `${event.recordType} ${event.recordId ?? ''}`}
                </Text>
                {event.fields.length > 0 && (
                  <Text size="xs" c="dimmed">
                    <Written text={event.fields.join(', ')} most={160} />
                  </Text>
                )}
              </Table.Td>
              {patientId === undefined && (
                <Table.Td>
                  {event.patientId && (
                    <AnchorLink
                      size="sm"
                      to="/d/$domain/disclosures"
                      params={{ domain }}
                      search={{ patientId: Number(event.patientId) }}
                      aria-label={t('patient', { id: event.patientId })}
                    >
                      {event.patientId}
                    </AnchorLink>
                  )}
                  {event.seen.length > 0 && (
                    <Text size="sm">{t('patients', { count: countPatients(event) })}</Text>
                  )}
                </Table.Td>
              )}
              <Table.Td>
                <Outcome outcome={event.outcome} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Scrolled>
  )
}

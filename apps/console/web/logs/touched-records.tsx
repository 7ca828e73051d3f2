import './logs.css'
import { List, Stack, Table, Text, Title } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { AnchorLink } from '../parts/links.tsx'
import { Written } from '../parts/written.tsx'
import type { OpenedRecord } from './access-record-query.ts'
import { Scrolled } from './scrolled.tsx'

/** Of which patients a request showed something, and what it changed. */
export function TouchedRecords({ domain, record }: { domain: string; record: OpenedRecord }) {
  const { t } = useTranslation('logs')
  const { patients, changes } = record
  if (patients.length === 0 && changes.length === 0)
    return <Text c="dimmed">{t('record.touchedNothing')}</Text>
  return (
    <>
      {patients.length > 0 && (
        <Stack gap="xs">
          <Title order={2} size="h4">
            {t('record.patients', { count: patients.length })}
          </Title>
          <List size="sm" spacing={4}>
            {patients.map(({ patientId, records }) => (
              <List.Item key={patientId}>
                <AnchorLink
                  size="sm"
                  to="/d/$domain/disclosures"
                  params={{ domain }}
                  search={{ patientId: Number(patientId) }}
                >
                  {t('patient', { id: patientId })}
                </AnchorLink>{' '}
                <Text span size="sm" c="dimmed">
                  {records.map(({ type, count }) => `${type}: ${count}`).join(', ')}
                </Text>
              </List.Item>
            ))}
          </List>
        </Stack>
      )}
      {changes.length > 0 && (
        <Stack gap="xs">
          <Title order={2} size="h4">
            {t('record.changes', { count: changes.length })}
          </Title>
          <Scrolled label={t('record.changes', { count: changes.length })} minWidth={640}>
            <Table className="log-table" verticalSpacing="xs">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t('column.action')}</Table.Th>
                  <Table.Th>{t('column.record')}</Table.Th>
                  <Table.Th>{t('column.fields')}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {changes.map((change) => (
                  <Table.Tr key={change.id}>
                    <Table.Td>
                      <AnchorLink size="sm" to="/d/$domain/audit-log/$id" params={{ domain, id: change.id }}>
                        {change.action}
                      </AnchorLink>
                    </Table.Td>
                    <Table.Td>
                      {change.recordType} {change.recordId}
                      {change.recordVersion ? ` · ${t('version', { version: change.recordVersion })}` : ''}
                    </Table.Td>
                    <Table.Td>
                      <Written text={change.fields.join(', ')} most={300} />
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Scrolled>
        </Stack>
      )}
    </>
  )
}

import './logs.css'
import { Badge, Code, Group, Table, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { AnchorLink } from '../parts/links.tsx'
import { Written } from '../parts/written.tsx'
import type { ListedRequest } from './access-query.ts'
import { Actor } from './actor.tsx'
import { Outcome } from './outcome.tsx'
import { Scrolled } from './scrolled.tsx'
import { When } from './when.tsx'

/** Requests, newest first. The row opens the request. */
export function AccessTable({ domain, requests }: { domain: string; requests: ListedRequest[] }) {
  const { t, i18n } = useTranslation('logs')
  return (
    <Scrolled label={t('access.title')} minWidth={940}>
      <Table className="log-table" verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('column.when')}</Table.Th>
            <Table.Th>{t('column.operation')}</Table.Th>
            <Table.Th>{t('column.who')}</Table.Th>
            <Table.Th>{t('column.outcome')}</Table.Th>
            <Table.Th className="number">{t('column.status')}</Table.Th>
            <Table.Th className="number">{t('column.duration')}</Table.Th>
            <Table.Th>{t('column.address')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {requests.map((request) => (
            <Table.Tr key={request.id}>
              <Table.Td className="when">
                <When at={request.startedAt} />
              </Table.Td>
              <Table.Td>
                <Operation domain={domain} request={request} />
              </Table.Td>
              <Table.Td>
                <Actor domain={domain} actor={request.actor} />
              </Table.Td>
              <Table.Td>
                <Outcome outcome={request.outcome} />
                {request.errorCodes.length > 0 && (
                  <Text size="xs" c="dimmed">
                    <Written text={request.errorCodes.join(', ')} />
                  </Text>
                )}
              </Table.Td>
              <Table.Td className="number">{request.status}</Table.Td>
              <Table.Td className="number">{request.durationMs.toLocaleString(i18n.language)} ms</Table.Td>
              <Table.Td>{request.ip}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Scrolled>
  )
}

function Operation({ domain, request }: { domain: string; request: ListedRequest }) {
  const { t } = useTranslation('logs')
  const { id, operationName, operationKind, rootFields, graph, count } = request
  const fields = rootFields.join(', ')
  return (
    <>
      <AnchorLink className="opens" to="/d/$domain/access-log/$id" params={{ domain, id }} size="sm" fw={550}>
        {operationName || fields ? <Written text={operationName ?? fields} /> : t('access.noOperation')}
      </AnchorLink>
      <Group gap={6} mt={2}>
        {operationKind === 'MUTATION' && (
          <Badge size="sm" variant="default">
            {t('kind.MUTATION')}
          </Badge>
        )}
        {graph !== 'ENTERPRISE' && (
          <Badge size="sm" variant="default">
            {t(`graph.${graph}`)}
          </Badge>
        )}
        {count > 1 && (
          <Badge size="sm" variant="default">
            {t('access.counted', { count })}
          </Badge>
        )}
        {operationName && fields && (
          <Code>
            <Written text={fields} most={80} />
          </Code>
        )}
      </Group>
    </>
  )
}

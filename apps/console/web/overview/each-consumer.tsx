import { Skeleton, Table } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Spark } from '../charts/spark.tsx'
import { nameOf } from '../consumers/list.ts'
import { Failure } from '../parts/failure.tsx'
import { useDomain } from '../session.ts'
import { perConsumerQuery } from './per-consumer.ts'

/** What each consumer asked within 90 days, the busiest first. */
export function EachConsumer() {
  const { t, i18n } = useTranslation('overview')
  const { domain } = useDomain()
  const { data, error, isPending, refetch } = useQuery(perConsumerQuery(domain))
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (isPending) return <Skeleton height={200} />
  const number = (value: number): string => value.toLocaleString(i18n.language)
  return (
    <Table.ScrollContainer
      minWidth={290}
      scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': t('each.title') } }}
    >
      <Table aria-label={t('each.title')} horizontalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('each.consumer')}</Table.Th>
            <Table.Th visibleFrom="sm">{t('each.course')}</Table.Th>
            <Table.Th className="numbers">{t('each.requests')}</Table.Th>
            <Table.Th className="numbers">{t('each.errors')}</Table.Th>
            <Table.Th className="numbers">{t('each.p95')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {data.map(({ id, name, issuer, statistics: { totals, buckets } }) => (
            <Table.Tr key={id} className="whole-row">
              <Table.Td fw={550}>
                <Link
                  className="reach"
                  to="/d/$domain/consumers/$id"
                  params={{ domain, id }}
                  search={{ tab: 'usage' }}
                >
                  {nameOf({ name, issuer })}
                </Link>
              </Table.Td>
              <Table.Td visibleFrom="sm">
                <Spark values={buckets.map(({ requests }) => requests)} />
              </Table.Td>
              <Table.Td className="numbers">{number(totals.requests)}</Table.Td>
              <Table.Td className="numbers" c={totals.errors > 0 ? 'var(--mantine-color-error)' : undefined}>
                {number(totals.errors)}
              </Table.Td>
              <Table.Td className="numbers">
                {typeof totals.p95Ms === 'number' ? t('ms', { number: number(totals.p95Ms) }) : '–'}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}

import { Card, SimpleGrid, Skeleton, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { todayQuery } from '../charts/statistics.ts'
import { Failure } from '../parts/failure.tsx'
import { useDomain } from '../session.ts'

/** The figures of today, large. */
export function Today() {
  const { t, i18n } = useTranslation('overview')
  const { domain } = useDomain()
  const { data, error, isPending, refetch } = useQuery(todayQuery(domain))
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (isPending) return <Skeleton height={104} aria-label={t('loading')} />
  const { requests, errors, p95Ms } = data.totals
  const share = requests > 0 ? errors / requests : 0
  const figures = [
    { label: t('today.requests'), value: requests.toLocaleString(i18n.language) },
    {
      label: t('today.errors'),
      value: errors.toLocaleString(i18n.language),
      note:
        errors > 0
          ? t('today.share', {
              share: share.toLocaleString(i18n.language, { style: 'percent', maximumFractionDigits: 1 }),
            })
          : undefined,
    },
    {
      label: t('today.p95'),
      value: typeof p95Ms === 'number' ? t('ms', { number: p95Ms.toLocaleString(i18n.language) }) : '–',
      note: t('today.p95Text'),
    },
  ]
  return (
    <SimpleGrid component="dl" cols={{ base: 1, xs: 3 }} m={0}>
      {figures.map(({ label, value, note }) => (
        <Card key={label} withBorder padding="lg">
          <Text component="dt" size="sm" c="dimmed">
            {label}
          </Text>
          <Text component="dd" m={0} fz={30} fw={650} lh={1.25} className="tabular">
            {value}
          </Text>
          {note && (
            <Text component="dd" m={0} size="sm" c="dimmed">
              {note}
            </Text>
          )}
        </Card>
      ))}
    </SimpleGrid>
  )
}

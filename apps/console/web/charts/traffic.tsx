import { Group, SegmentedControl, Skeleton, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '../parts/failure.tsx'
import { useDomain } from '../session.ts'
import { FiguresTable } from './figures-table.tsx'
import { periodNames, statisticsQuery, type PeriodName } from './statistics.ts'
import './charts.css'

const TrafficCharts = lazy(() => import('./traffic-charts.tsx'))

/** What a consumer asked, or all of a domain's together, as charts or as a table. */
export function Traffic({ consumerId }: { consumerId?: string }) {
  const { t } = useTranslation('charts')
  const { domain } = useDomain()
  const [period, setPeriod] = useState<PeriodName>('quarter')
  const [shape, setShape] = useState<'charts' | 'table'>('charts')
  const { data, error, isPending, refetch } = useQuery(statisticsQuery(domain, period, consumerId))
  return (
    <Stack>
      <Group justify="space-between">
        <SegmentedControl
          size="xs"
          aria-label={t('period')}
          value={period}
          onChange={(value) => setPeriod(value as PeriodName)}
          data={periodNames.map((value) => ({ value, label: t(`periods.${value}`) }))}
        />
        <SegmentedControl
          size="xs"
          aria-label={t('shape')}
          value={shape}
          onChange={(value) => setShape(value as typeof shape)}
          data={(['charts', 'table'] as const).map((value) => ({ value, label: t(`shapes.${value}`) }))}
        />
      </Group>
      {error && <Failure error={error} onRetry={() => void refetch()} />}
      {isPending && <Skeleton height={480} aria-label={t('loading')} />}
      {data?.totals.requests === 0 && <Text c="dimmed">{t('nothing')}</Text>}
      {data && data.totals.requests > 0 && shape === 'table' && <FiguresTable statistics={data} />}
      {data && data.totals.requests > 0 && shape === 'charts' && (
        <Suspense fallback={<Skeleton height={480} />}>
          <TrafficCharts statistics={data} />
        </Suspense>
      )}
    </Stack>
  )
}

import { Box, Stack, Text } from '@mantine/core'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import {
  Bar,
  BarChart,
  CartesianGrid,
  Line,
  LineChart,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts'
import { ChartTip } from './chart-tip.tsx'
import { useBucketWords } from './bucket-words.ts'
import type { Statistics } from './statistics.ts'

const kinds = ['requests', 'errors', 'p95Ms'] as const
const colors = {
  requests: 'var(--chart-requests)',
  errors: 'var(--chart-errors)',
  p95Ms: 'var(--chart-duration)',
}
const axis = { fontSize: 12, fill: 'var(--mantine-color-dimmed)' }

/** Requests, errors and p95 of a period, one chart below the other with a common time: what one points at shows in all. */
export default function TrafficCharts({ statistics }: { statistics: Statistics }) {
  const { t, i18n } = useTranslation('charts')
  const words = useBucketWords(statistics.bucket)
  const short = new Intl.NumberFormat(i18n.language, { notation: 'compact' })
  const syncId = useId()
  const common = {
    data: statistics.buckets,
    // Those of another page, or of the one before, are none of theirs.
    syncId,
    margin: { top: 8, right: 8, bottom: 0, left: 0 },
  }
  const axes = (kind: (typeof kinds)[number]) => (
    <>
      <CartesianGrid vertical={false} stroke="var(--chart-grid)" />
      <XAxis
        dataKey="startAt"
        scale="band"
        tickFormatter={words.short}
        tick={axis}
        minTickGap={40}
        tickLine={false}
        stroke="var(--chart-grid)"
      />
      <YAxis
        width={48}
        tick={axis}
        tickLine={false}
        axisLine={false}
        allowDecimals={false}
        tickCount={4}
        tickFormatter={(value: number) => short.format(value)}
      />
      <Tooltip
        cursor={{ fill: 'var(--chart-grid)', stroke: 'var(--chart-grid)' }}
        content={({ active, label }) => {
          const bucket = statistics.buckets.find(({ startAt }) => startAt === label)
          const title = bucket && kind === 'requests' ? words.long(bucket.startAt) : undefined
          return active && bucket ? <ChartTip kind={kind} bucket={bucket} title={title} /> : null
        }}
        isAnimationActive={false}
      />
    </>
  )
  return (
    <Stack gap="md">
      {kinds.map((kind) => (
        <Box key={kind} component="figure" m={0}>
          <Text component="figcaption" size="sm" fw={600} mb={4}>
            {t(`kinds.${kind}`)}
          </Text>
          <ResponsiveContainer width="100%" height={kind === 'requests' ? 180 : 130}>
            {kind === 'p95Ms' ? (
              <LineChart {...common} title={t('describe.p95Ms')} aria-label={t('describe.p95Ms')}>
                {axes(kind)}
                <Line
                  dataKey="p95Ms"
                  stroke={colors.p95Ms}
                  strokeWidth={2}
                  dot={{ r: 2, fill: colors.p95Ms, strokeWidth: 0 }}
                  isAnimationActive={false}
                />
              </LineChart>
            ) : (
              <BarChart {...common} title={t(`describe.${kind}`)} aria-label={t(`describe.${kind}`)}>
                {axes(kind)}
                <Bar dataKey={kind} fill={colors[kind]} radius={[2, 2, 0, 0]} isAnimationActive={false} />
              </BarChart>
            )}
          </ResponsiveContainer>
        </Box>
      ))}
    </Stack>
  )
}

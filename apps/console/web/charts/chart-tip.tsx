import { Paper, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Statistics } from './statistics.ts'

/** All figures of the hour or day that one points at. */
export function ChartTip({ bucket, title }: { bucket: Statistics['buckets'][number]; title: string }) {
  const { t, i18n } = useTranslation('charts')
  const number = (value: number): string => value.toLocaleString(i18n.language)
  return (
    <Paper withBorder shadow="sm" p="xs" role="status">
      <Text size="xs" fw={600}>
        {title}
      </Text>
      <Text size="xs">{t('tip.requests', { count: bucket.requests, number: number(bucket.requests) })}</Text>
      <Text size="xs">{t('tip.errors', { count: bucket.errors, number: number(bucket.errors) })}</Text>
      {typeof bucket.p95Ms === 'number' && (
        <Text size="xs">{t('tip.p95Ms', { number: number(bucket.p95Ms) })}</Text>
      )}
    </Paper>
  )
}

import { Paper, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Statistics } from './statistics.ts'

/** The figure of the hour or day that one points at in one of the charts; the first of them says when that is. */
export function ChartTip({
  kind,
  bucket,
  title,
}: {
  kind: 'requests' | 'errors' | 'p95Ms'
  bucket: Statistics['buckets'][number]
  title?: string
}) {
  const { t, i18n } = useTranslation('charts')
  const value = bucket[kind]
  if (typeof value !== 'number') return null
  return (
    <Paper withBorder shadow="sm" px="xs" py={4} role="status">
      {title && (
        <Text size="xs" fw={600}>
          {title}
        </Text>
      )}
      <Text size="xs">{t(`tip.${kind}`, { count: value, number: value.toLocaleString(i18n.language) })}</Text>
    </Paper>
  )
}

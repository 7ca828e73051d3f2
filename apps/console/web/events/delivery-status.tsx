import { Group, Text } from '@mantine/core'
import { IconCircleCheck, IconCircleX, IconClock, IconRefresh } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Attempt, Delivery } from './deliveries-query.ts'

const looks = {
  WAITING: { Icon: IconClock, color: 'var(--mantine-color-dimmed)' },
  RETRYING: { Icon: IconRefresh, color: 'var(--mantine-color-orange-8)' },
  DELIVERED: { Icon: IconCircleCheck, color: 'var(--mantine-color-green-8)' },
  FAILED: { Icon: IconCircleX, color: 'var(--mantine-color-red-7)' },
}

/** How far a delivery has come: a shape and a word, the colour only beside them. */
export function DeliveryStatus({ status }: Pick<Delivery, 'status'>) {
  const { t } = useTranslation('events')
  const { Icon, color } = looks[status]
  return (
    <Group gap={6} wrap="nowrap">
      <Icon size={16} color={color} aria-hidden />
      <Text size="sm" className="word">
        {t(`statuses.${status}`)}
      </Text>
    </Group>
  )
}

/** What came of an attempt, in words. */
export function useAttemptWords(): (attempt: Pick<Attempt, 'status' | 'error'>) => string {
  const { t } = useTranslation('events')
  return ({ status, error }) => {
    if (!error) return t('attempts.acknowledged', { status })
    return t([`errors.${error}`, 'errors.other'], { status, error })
  }
}

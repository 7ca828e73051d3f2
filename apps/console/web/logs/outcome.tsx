import { Group, Text } from '@mantine/core'
import { IconAlertTriangle, IconBan, IconCircleCheck, IconCircleX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Outcome as Name } from './search.ts'

const looks = {
  SUCCESS: { Icon: IconCircleCheck, color: 'var(--mantine-color-green-8)' },
  PARTIAL: { Icon: IconAlertTriangle, color: 'var(--mantine-color-orange-8)' },
  FAILED: { Icon: IconCircleX, color: 'var(--mantine-color-red-7)' },
  REFUSED: { Icon: IconBan, color: 'var(--mantine-color-grape-7)' },
}

/** How a request ended: a shape and a word, the colour only beside them. */
export function Outcome({ outcome }: { outcome: Name }) {
  const { t } = useTranslation('logs')
  const { Icon, color } = looks[outcome]
  return (
    <Group gap={6} wrap="nowrap">
      <Icon size={16} color={color} aria-hidden />
      <Text size="sm" className="word">
        {t(`outcome.${outcome}`)}
      </Text>
    </Group>
  )
}

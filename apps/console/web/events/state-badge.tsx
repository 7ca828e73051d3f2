import { Badge } from '@mantine/core'
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleX,
  IconPlayerPause,
  IconPlayerStop,
} from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Subscription } from './subscriptions.ts'

const looks = {
  ACTIVE: { Icon: IconCircleCheck, color: 'clinic' },
  PAUSED: { Icon: IconPlayerPause, color: 'gray' },
  FAILING: { Icon: IconAlertTriangle, color: 'orange' },
  SUSPENDED: { Icon: IconPlayerStop, color: 'red' },
  DEACTIVATED: { Icon: IconCircleX, color: 'gray' },
}

/** How it stands with a subscription: a shape and a word, the colour only beside them. */
export function StateBadge({ state }: Pick<Subscription, 'state'>) {
  const { t } = useTranslation('events')
  const { Icon, color } = looks[state]
  return (
    <Badge variant="light" color={color} leftSection={<Icon size={12} aria-hidden />}>
      {t(`states.${state}`)}
    </Badge>
  )
}

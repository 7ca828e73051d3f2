import { Alert, Text } from '@mantine/core'
import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Written } from '../parts/written.tsx'
import { countWaiting, type Subscription } from './subscriptions.ts'

const colors = { PAUSED: 'gray', FAILING: 'orange', SUSPENDED: 'red', DEACTIVATED: 'gray' }

/** Says of a subscription that does not deliver why that is, what waits, and what to do. */
export function StateNotice({
  subscription: { state, stateReason, waiting, consumer },
}: {
  subscription: Subscription
}) {
  const { t, i18n } = useTranslation('events')
  const waits = t('list.waiting', { count: waiting, number: countWaiting(waiting, i18n.language) })
  if (state === 'ACTIVE')
    return consumer.active ? null : (
      <Alert color="gray" icon={<IconInfoCircle aria-hidden />} title={t('notices.consumer.title')}>
        {t('notices.consumer.text')} {waits}
      </Alert>
    )
  const Icon = state === 'FAILING' || state === 'SUSPENDED' ? IconAlertTriangle : IconInfoCircle
  return (
    <Alert color={colors[state]} icon={<Icon aria-hidden />} title={t(`notices.${state}.title`)}>
      <Text size="sm">
        {t(`notices.${state}.text`)} {state !== 'DEACTIVATED' && waits}
      </Text>
      {stateReason && (
        <Text size="sm" mt="xs">
          <Written text={stateReason} most={500} />
        </Text>
      )}
    </Alert>
  )
}

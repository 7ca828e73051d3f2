import { Alert, Text } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { SendTestEventMutation } from '../graph/settings/graphql.ts'
import { useAttemptWords } from './delivery-status.tsx'

export type TestedDelivery = NonNullable<SendTestEventMutation['sendTestEvent']>['delivery']

/** What came of a test event: the receiver's answer and how long it took. */
export function TestResult({
  tested: { status, attempts },
  onClose,
}: {
  tested: TestedDelivery
  onClose: () => void
}) {
  const { t, i18n } = useTranslation('events')
  const words = useAttemptWords()
  const attempt = attempts.at(-1)
  const isGood = status === 'DELIVERED'
  const Icon = isGood ? IconCircleCheck : IconAlertTriangle
  return (
    <Alert
      role="status"
      color={isGood ? 'clinic' : 'red'}
      icon={<Icon aria-hidden />}
      title={t(isGood ? 'test.good' : 'test.bad')}
      withCloseButton
      closeButtonLabel={t('close')}
      onClose={onClose}
    >
      {attempt && (
        <Text size="sm">
          {t('test.took', { result: words(attempt), ms: attempt.durationMs.toLocaleString(i18n.language) })}
        </Text>
      )}
      <Text size="sm">{t(isGood ? 'test.goodText' : 'test.badText')}</Text>
    </Alert>
  )
}

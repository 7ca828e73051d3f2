import { Alert, Stack, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { graphql } from '../graph/settings/gql.ts'
import { Confirm } from '../parts/confirm.tsx'
import { tell } from '../parts/tell.ts'
import { nameOf } from './list.ts'
import { isAccepted, useChange, type Consumer, type Key } from './one.ts'

const retireDocument = graphql(`
  mutation RetireConsumerKey($input: RetireConsumerKeyInput!) {
    retireConsumerKey(input: $input) {
      key {
        id
      }
    }
  }
`)

/** Retires a key after saying what that does; louder when a program will be locked out by it. */
export function RetireKey({
  consumer,
  of: key,
  onClose,
}: {
  consumer: Consumer
  of: Key
  onClose: () => void
}) {
  const { t } = useTranslation('consumers')
  const retire = useChange(retireDocument, () => {
    tell(t('keys.retired'))
    onClose()
  })
  const isLast = !consumer.keys.some((other) => other.id !== key.id && isAccepted(other))
  const inUse = key.lastUsedAt && Date.now() - Date.parse(key.lastUsedAt) < 3_600_000
  return (
    <Confirm
      opened
      title={t('keys.retireTitle')}
      action={t('keys.retireAction')}
      danger
      pending={retire.isPending}
      error={retire.error}
      onConfirm={() => retire.mutate({ input: { id: consumer.id, keyId: key.id } })}
      onClose={onClose}
    >
      <Stack gap="sm">
        <Text>{t('keys.retireText')}</Text>
        {(isLast || inUse) && (
          <Alert color="red" icon={<IconAlertTriangle aria-hidden />} title={t('keys.careful')}>
            {isLast && <Text size="sm">{t('keys.isLast', { name: nameOf(consumer) })}</Text>}
            {inUse && <Text size="sm">{t('keys.inUse')}</Text>}
          </Alert>
        )}
      </Stack>
    </Confirm>
  )
}

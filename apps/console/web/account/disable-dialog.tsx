import { Modal } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { askConsole } from '../graph/ask.ts'
import { meQuery } from '../session.ts'
import { PasswordStep } from './password-step.tsx'

/** Turns the second step off. */
export function DisableDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('account')
  const { t: shell } = useTranslation()
  const queries = useQueryClient()
  const disable = useMutation({
    mutationFn: (password: string) => askConsole('POST', '/auth/two-factor/disable', { password }),
    async onSuccess() {
      onClose()
      notifications.show({ message: t('second.turnedOff') })
      await queries.invalidateQueries({ queryKey: meQuery.queryKey })
      await queries.invalidateQueries({ queryKey: ['sessions'] })
    },
  })
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('second.turnOff')}
      closeButtonProps={{ 'aria-label': shell('close') }}
      centered
    >
      <PasswordStep
        text={t('second.disableText')}
        action={t('second.turnOff')}
        danger
        pending={disable.isPending}
        error={disable.error}
        onSubmit={(password) => disable.mutate(password)}
        onClose={onClose}
      />
    </Modal>
  )
}

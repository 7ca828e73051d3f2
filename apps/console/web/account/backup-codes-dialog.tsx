import { Modal } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { askConsole } from '../graph/ask.ts'
import { BackupCodes } from './backup-codes.tsx'
import { PasswordStep } from './password-step.tsx'

/** Makes new backup codes in place of those that there are. */
export function BackupCodesDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('account')
  const { t: shell } = useTranslation()
  const make = useMutation({
    mutationFn: (password: string) =>
      askConsole<{ backupCodes: string[] }>('POST', '/auth/two-factor/generate-backup-codes', { password }),
  })
  return (
    <Modal
      opened
      onClose={onClose}
      closeOnClickOutside={false}
      title={t('codes.title')}
      closeButtonProps={{ 'aria-label': shell('close') }}
      centered
    >
      {make.data ? (
        <BackupCodes codes={make.data.backupCodes} onDone={onClose} />
      ) : (
        <PasswordStep
          text={t('codes.newText')}
          action={t('second.newCodes')}
          pending={make.isPending}
          error={make.error}
          onSubmit={(password) => make.mutate(password)}
          onClose={onClose}
        />
      )}
    </Modal>
  )
}

import { Button, Center, Group, List, Modal, Paper, Stack, Textarea, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { QRCodeSVG } from 'qrcode.react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { askConsole } from '../graph/ask.ts'
import { Copy } from '../parts/copy.tsx'
import { Failure } from '../parts/failure.tsx'
import { useRefusals } from '../people/refusals.ts'
import { meQuery } from '../session.ts'
import { BackupCodes } from './backup-codes.tsx'
import { PasswordStep } from './password-step.tsx'

interface Enabled {
  totpURI: string
  backupCodes: string[]
}

/** Turns the second step on: the password, then the app reads the key and shows that it has it, then the backup codes. */
export function EnableDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('account')
  const { t: shell } = useTranslation()
  const queries = useQueryClient()
  const [verified, setVerified] = useState(false)
  const enable = useMutation({
    mutationFn: (password: string) => askConsole<Enabled>('POST', '/auth/two-factor/enable', { password }),
  })
  const finish = (): void => {
    onClose()
    void queries.invalidateQueries({ queryKey: meQuery.queryKey })
    void queries.invalidateQueries({ queryKey: ['sessions'] })
  }
  return (
    <Modal
      opened
      onClose={verified ? finish : onClose}
      closeOnClickOutside={false}
      title={t(verified ? 'codes.title' : 'second.turnOn')}
      closeButtonProps={{ 'aria-label': shell('close') }}
      centered
    >
      {!enable.data && (
        <PasswordStep
          text={t('second.enableText')}
          action={t('second.next')}
          pending={enable.isPending}
          error={enable.error}
          onSubmit={(password) => enable.mutate(password)}
          onClose={onClose}
        />
      )}
      {enable.data && !verified && (
        <Scan uri={enable.data.totpURI} onVerified={() => setVerified(true)} onClose={onClose} />
      )}
      {enable.data && verified && <BackupCodes codes={enable.data.backupCodes} onDone={finish} />}
    </Modal>
  )
}

function Scan({ uri, onVerified, onClose }: { uri: string; onVerified: () => void; onClose: () => void }) {
  const { t } = useTranslation('account')
  const { t: shell } = useTranslation()
  const translate = useRefusals()
  const [code, setCode] = useState('')
  const secret = new URL(uri).searchParams.get('secret') ?? ''
  const verify = useMutation({
    mutationFn: () => askConsole('POST', '/auth/two-factor/verify-totp', { code: code.replace(/\s/g, '') }),
    onSuccess: onVerified,
    onError: () => setCode(''),
  })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        verify.mutate()
      }}
    >
      <Stack>
        <List type="ordered" spacing="md">
          <List.Item>{t('second.scan')}</List.Item>
        </List>
        <Center>
          <Paper p="sm" bg="white" radius="sm">
            <QRCodeSVG value={uri} size={184} level="M" title={t('second.qr')} />
          </Paper>
        </Center>
        <Textarea
          rows={3}
          label={t('second.secret')}
          description={t('second.byHand')}
          readOnly
          value={secret.match(/.{1,4}/g)?.join(' ') ?? ''}
          rightSection={<Copy text={secret} />}
        />
        <List type="ordered" start={2} spacing="md">
          <List.Item>{t('second.enterCode')}</List.Item>
        </List>
        <TextInput
          label={t('second.code')}
          inputMode="numeric"
          autoComplete="one-time-code"
          required
          autoFocus
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        {verify.error && <Failure error={translate(verify.error)} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {shell('cancel')}
          </Button>
          <Button type="submit" loading={verify.isPending}>
            {t('second.turnOn')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

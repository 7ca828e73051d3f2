import { Anchor, Button, Stack, Text, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { askConsole } from '../graph/ask.ts'
import { Failure } from '../parts/failure.tsx'
import { useRefusals } from './refusals.ts'

/** The second step of signing in: a code of the authenticator app or, without it, one of the backup codes. */
export function SecondStep({ onSignedIn }: { onSignedIn: () => Promise<void> }) {
  const { t } = useTranslation('people')
  const translate = useRefusals()
  const [kind, setKind] = useState<'totp' | 'backup-code'>('totp')
  const [code, setCode] = useState('')
  const verify = useMutation({
    mutationFn: () =>
      askConsole('POST', `/auth/two-factor/verify-${kind}`, { code: code.replace(/\s/g, '') }),
    onSuccess: onSignedIn,
    onError: () => setCode(''),
  })
  const other = kind === 'totp' ? 'backup-code' : 'totp'
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        verify.mutate()
      }}
    >
      <Stack>
        <Text>{t(`signIn.second.${kind}.text`)}</Text>
        <TextInput
          key={kind}
          label={t(`signIn.second.${kind}.label`)}
          autoComplete={kind === 'totp' ? 'one-time-code' : 'off'}
          inputMode={kind === 'totp' ? 'numeric' : 'text'}
          required
          autoFocus
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        {verify.error && <Failure error={translate(verify.error)} />}
        <Button type="submit" loading={verify.isPending}>
          {t('signIn.second.action')}
        </Button>
        <Anchor
          component="button"
          type="button"
          onClick={() => {
            setKind(other)
            setCode('')
            verify.reset()
          }}
        >
          {t(`signIn.second.${other}.instead`)}
        </Anchor>
      </Stack>
    </form>
  )
}

import { Button, Group, PasswordInput, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '../parts/failure.tsx'
import { useRefusals } from '../people/refusals.ts'

/** Asks for the password before anything is done about how one signs in, and says what will be. */
export function PasswordStep({
  text,
  action,
  danger = false,
  pending,
  error,
  onSubmit,
  onClose,
}: {
  text: string
  action: string
  danger?: boolean
  pending: boolean
  error: unknown
  onSubmit: (password: string) => void
  onClose: () => void
}) {
  const { t } = useTranslation()
  const { t: people } = useTranslation('people')
  const translate = useRefusals()
  const [password, setPassword] = useState('')
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        onSubmit(password)
      }}
    >
      <Stack>
        <Text>{text}</Text>
        <PasswordInput
          label={people('password')}
          autoComplete="current-password"
          required
          data-autofocus
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        {error ? <Failure error={translate(error)} /> : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button type="submit" color={danger ? 'red.9' : undefined} loading={pending}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

import { Anchor, Button, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { askConsole } from '../graph/ask.ts'
import { Failure } from '../parts/failure.tsx'
import { SecondStep } from './second-step.tsx'
import { useRefusals } from './refusals.ts'

/** Signs somebody in: e-mail address and password and, where it is on, the second step. */
export function SignInForm({ email = '', onSignedIn }: { email?: string; onSignedIn: () => Promise<void> }) {
  const { t } = useTranslation('people')
  const translate = useRefusals()
  const [second, setSecond] = useState(false)
  const form = useForm({ initialValues: { email, password: '' } })
  const signIn = useMutation({
    mutationFn: (given: typeof form.values) =>
      askConsole<{ twoFactorRedirect?: boolean }>('POST', '/auth/sign-in/email', given),
    async onSuccess({ twoFactorRedirect }) {
      if (twoFactorRedirect) setSecond(true)
      else await onSignedIn()
    },
  })
  if (second)
    return (
      <Stack>
        <SecondStep onSignedIn={onSignedIn} />
        <Anchor
          component="button"
          type="button"
          onClick={() => {
            signIn.reset()
            form.setFieldValue('password', '')
            setSecond(false)
          }}
        >
          {t('signIn.startOver')}
        </Anchor>
      </Stack>
    )
  return (
    <form onSubmit={form.onSubmit((given) => signIn.mutate(given))}>
      <Stack>
        <TextInput
          type="email"
          label={t('email')}
          autoComplete="username"
          required
          {...form.getInputProps('email')}
        />
        <PasswordInput
          label={t('password')}
          autoComplete="current-password"
          required
          {...form.getInputProps('password')}
        />
        {signIn.error && <Failure error={translate(signIn.error)} />}
        <Button type="submit" loading={signIn.isPending}>
          {t('signIn.action')}
        </Button>
      </Stack>
    </form>
  )
}

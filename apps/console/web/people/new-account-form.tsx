import { Button, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useTranslation } from 'react-i18next'
import { Failure } from '../parts/failure.tsx'
import { useRefusals } from './refusals.ts'

export interface NewAccount {
  name: string
  email: string
  password: string
}

/** What somebody without an account gives to get one; `email` is the one that the invitation is for, where it is for one. */
export function NewAccountForm({
  email,
  pending,
  error,
  onSubmit,
}: {
  email: string | null
  pending: boolean
  error: unknown
  onSubmit: (account: NewAccount) => void
}) {
  const { t } = useTranslation('people')
  const translate = useRefusals()
  const form = useForm<NewAccount>({
    initialValues: { name: '', email: email ?? '', password: '' },
    validate: { password: (given) => (given.length < 12 ? t('refusals.PASSWORD_LENGTH') : null) },
  })
  return (
    <form onSubmit={form.onSubmit(onSubmit)}>
      <Stack>
        <TextInput
          label={t('name')}
          autoComplete="name"
          required
          maxLength={200}
          {...form.getInputProps('name')}
        />
        <TextInput
          type="email"
          label={t('email')}
          autoComplete="username"
          required
          readOnly={email !== null}
          description={email === null ? undefined : t('invitation.forThisAddress')}
          {...form.getInputProps('email')}
        />
        <PasswordInput
          label={t('password')}
          description={t('passwordHint')}
          autoComplete="new-password"
          required
          {...form.getInputProps('password')}
        />
        {error ? <Failure error={translate(error)} /> : null}
        <Button type="submit" loading={pending}>
          {t('invitation.create')}
        </Button>
      </Stack>
    </form>
  )
}

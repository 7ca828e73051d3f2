import { Button, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { createLazyRoute, useNavigate, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { askConsole } from '../graph/ask.ts'
import { Failure } from '../parts/failure.tsx'
import { Page } from '../parts/page.tsx'
import { Bare } from '../shell/bare.tsx'

export const Route = createLazyRoute('/sign-in')({ component: SignIn })

function SignIn() {
  const { t } = useTranslation('people')
  const { next } = useSearch({ strict: false }) as { next?: string }
  const navigate = useNavigate()
  const queries = useQueryClient()
  const form = useForm({ initialValues: { email: '', password: '' } })
  const signIn = useMutation({
    mutationFn: (given: typeof form.values) => askConsole('POST', '/auth/sign-in/email', given),
    async onSuccess() {
      // Whatever was asked before was somebody else's answer.
      queries.clear()
      await navigate({ to: next ?? '/' })
    },
  })
  return (
    <Bare>
      <Page title={t('signIn.title')}>
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
            {signIn.error && <Failure error={signIn.error} />}
            <Button type="submit" loading={signIn.isPending}>
              {t('signIn.action')}
            </Button>
          </Stack>
        </form>
      </Page>
    </Bare>
  )
}

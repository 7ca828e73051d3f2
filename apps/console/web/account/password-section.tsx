import { Button, PasswordInput, Stack } from '@mantine/core'
import { useForm } from '@mantine/form'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { askConsole } from '../graph/ask.ts'
import { Failure } from '../parts/failure.tsx'
import { Section } from '../parts/section.tsx'
import { useRefusals } from '../people/refusals.ts'

/** Changes the password; wherever else one is signed in, that ends. */
export function PasswordSection() {
  const { t } = useTranslation('account')
  const { t: people } = useTranslation('people')
  const translate = useRefusals()
  const queries = useQueryClient()
  const form = useForm({
    initialValues: { currentPassword: '', newPassword: '' },
    validate: { newPassword: (given) => (given.length < 12 ? people('refusals.PASSWORD_LENGTH') : null) },
  })
  const change = useMutation({
    mutationFn: (given: typeof form.values) =>
      askConsole('POST', '/auth/change-password', { ...given, revokeOtherSessions: true }),
    async onSuccess() {
      form.reset()
      await queries.invalidateQueries({ queryKey: ['sessions'] })
      notifications.show({ message: t('password.changed') })
    },
  })
  return (
    <Section title={t('password.title')} lead={t('password.lead')}>
      <form onSubmit={form.onSubmit((given) => change.mutate(given))}>
        <Stack gap="sm" maw={400} align="stretch">
          <PasswordInput
            label={t('password.current')}
            autoComplete="current-password"
            required
            {...form.getInputProps('currentPassword')}
          />
          <PasswordInput
            label={t('password.new')}
            description={people('passwordHint')}
            autoComplete="new-password"
            required
            {...form.getInputProps('newPassword')}
          />
          {change.error && <Failure error={translate(change.error)} />}
          <Button type="submit" variant="default" loading={change.isPending}>
            {t('password.action')}
          </Button>
        </Stack>
      </form>
    </Section>
  )
}

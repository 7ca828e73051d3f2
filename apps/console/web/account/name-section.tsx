import { Button, Group, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { askConsole } from '../graph/ask.ts'
import { Failure } from '../parts/failure.tsx'
import { Section } from '../parts/section.tsx'
import { useRefusals } from '../people/refusals.ts'
import { meQuery, type User } from '../session.ts'

/** The name that others see, and that the log keeps for what one does. */
export function NameSection({ user }: { user: User }) {
  const { t } = useTranslation('account')
  const translate = useRefusals()
  const queries = useQueryClient()
  const [name, setName] = useState(user.name)
  const save = useMutation({
    mutationFn: () => askConsole('PATCH', '/me', { name }),
    async onSuccess() {
      await queries.invalidateQueries({ queryKey: meQuery.queryKey })
      notifications.show({ message: t('name.saved') })
    },
  })
  return (
    <Section title={t('name.title')} lead={t('name.lead')}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          save.mutate()
        }}
      >
        <Group align="flex-end">
          <TextInput
            flex={1}
            miw={200}
            label={t('name.label')}
            autoComplete="name"
            required
            maxLength={200}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Button
            type="submit"
            variant="default"
            loading={save.isPending}
            disabled={name.trim() === user.name}
          >
            {t('name.save')}
          </Button>
        </Group>
      </form>
      {save.error && <Failure error={translate(save.error)} />}
    </Section>
  )
}

import { Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { askConsole } from '../graph/ask.ts'
import { Confirm } from '../parts/confirm.tsx'
import { meQuery } from '../session.ts'
import { pathOf, platform, type Member } from './people-query.ts'
import { useRefusals } from './refusals.ts'

/** Another role for a member; null ends the membership. */
export interface Change {
  member: Member
  role: 'support' | 'auditor' | null
}

/** Says what a change of a member will mean for them, and does it. */
export function ChangeMember({
  domain,
  change: { member, role },
  self,
  onClose,
}: {
  domain: string
  change: Change
  self: boolean
  onClose: () => void
}) {
  const { t } = useTranslation('members')
  const translate = useRefusals()
  const queries = useQueryClient()
  const path = `${pathOf(domain)}/members/${member.id}`
  const apply = useMutation({
    mutationFn: () => (role === null ? askConsole('DELETE', path) : askConsole('PATCH', path, { role })),
    async onSuccess() {
      onClose()
      notifications.show({ message: t(`change.${kind}.done`, { name: member.name }) })
      // Whoever removed themselves may not ask any more: everything is looked up anew.
      if (self) return void location.assign('/')
      await queries.invalidateQueries({ queryKey: ['people', domain] })
      await queries.invalidateQueries({ queryKey: ['people-events', domain] })
      await queries.invalidateQueries({ queryKey: meQuery.queryKey })
    },
  })
  const kind = role ?? (domain === platform ? 'removeOperator' : 'remove')
  return (
    <Confirm
      opened
      title={t(`change.${kind}.title`, { name: member.name })}
      action={t(`change.${kind}.action`)}
      danger={role === null}
      pending={apply.isPending}
      error={translate(apply.error)}
      onConfirm={() => apply.mutate()}
      onClose={onClose}
    >
      <Stack gap="xs">
        <Text>{t(`change.${kind}.text`, { name: member.name, domain })}</Text>
        {self && <Text fw={600}>{t('change.self')}</Text>}
      </Stack>
    </Confirm>
  )
}

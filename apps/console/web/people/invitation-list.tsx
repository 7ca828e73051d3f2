import { Badge, Button, Group, Paper, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { askConsole } from '../graph/ask.ts'
import { Confirm } from '../parts/confirm.tsx'
import { Ago } from '../parts/time.tsx'
import { pathOf, type PendingInvitation } from './people-query.ts'
import { useRefusals } from './refusals.ts'

/** The invitations that nobody has accepted yet; each can be taken back. */
export function InvitationList({
  domain,
  invitations,
  maySave,
}: {
  domain: string
  invitations: PendingInvitation[]
  maySave: boolean
}) {
  const { t } = useTranslation('members')
  const translate = useRefusals()
  const queries = useQueryClient()
  const [chosen, setChosen] = useState<PendingInvitation | null>(null)
  const takeBack = useMutation({
    mutationFn: (id: string) => askConsole('DELETE', `${pathOf(domain)}/invitations/${id}`),
    onSuccess() {
      setChosen(null)
      notifications.show({ message: t('invitations.takenBack') })
    },
    async onSettled() {
      await queries.invalidateQueries({ queryKey: ['people', domain] })
      await queries.invalidateQueries({ queryKey: ['people-events', domain] })
    },
  })
  const nameOf = ({ email }: PendingInvitation): string => email ?? t('invitations.anybody')
  if (invitations.length === 0) return <Text c="dimmed">{t('invitations.none')}</Text>
  return (
    <>
      <Stack component="ul" className="plain" gap="xs">
        {invitations.map((each) => (
          <Paper component="li" key={each.id} withBorder p="sm">
            <Group justify="space-between" gap="xs">
              <div>
                <Group gap="xs">
                  <Text size="sm" fw={500}>
                    {nameOf(each)}
                  </Text>
                  <Badge variant="light" color={each.role === 'auditor' ? 'gray' : undefined}>
                    {t(`roles.${each.role}.name`)}
                  </Badge>
                </Group>
                <Text size="sm" c="dimmed">
                  {each.invitedBy ? t('invitations.by', { name: each.invitedBy }) : t('invitations.byNobody')}
                  {' · '}
                  {t('invitations.expires')} <Ago at={each.expiresAt} />
                </Text>
              </div>
              {maySave && (
                <Button
                  size="xs"
                  variant="default"
                  aria-label={t('invitations.takeBackOf', { name: nameOf(each) })}
                  onClick={() => setChosen(each)}
                >
                  {t('invitations.takeBack')}
                </Button>
              )}
            </Group>
          </Paper>
        ))}
      </Stack>
      {chosen && (
        <Confirm
          opened
          title={t('invitations.confirmTitle')}
          action={t('invitations.takeBack')}
          danger
          pending={takeBack.isPending}
          error={translate(takeBack.error)}
          onConfirm={() => takeBack.mutate(chosen.id)}
          onClose={() => setChosen(null)}
        >
          {t('invitations.confirmText', { name: nameOf(chosen) })}
        </Confirm>
      )}
    </>
  )
}

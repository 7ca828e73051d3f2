import { Alert, Button, Group, Modal, Radio, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { IconLink } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { askConsole } from '../graph/ask.ts'
import { Copy } from '../parts/copy.tsx'
import { Failure } from '../parts/failure.tsx'
import { pathOf, platform } from './people-query.ts'
import { useRefusals } from './refusals.ts'

interface Invited {
  link: string
  mailed: boolean | null
}

/** Invites somebody: which role, for which address; then shows the link, this once. */
export function InviteDialog({
  domain,
  mail,
  onClose,
}: {
  domain: string
  mail: boolean
  onClose: () => void
}) {
  const { t } = useTranslation('members')
  const { t: shell } = useTranslation()
  const translate = useRefusals()
  const queries = useQueryClient()
  const roles = domain === platform ? (['operator'] as const) : (['support', 'auditor'] as const)
  const form = useForm<{ role: string; email: string }>({
    initialValues: { role: domain === platform ? 'operator' : 'auditor', email: '' },
  })
  const invite = useMutation({
    mutationFn: (given: typeof form.values) =>
      askConsole<Invited>('POST', `${pathOf(domain)}/invitations`, given),
    async onSuccess() {
      await queries.invalidateQueries({ queryKey: ['people', domain] })
      await queries.invalidateQueries({ queryKey: ['people-events', domain] })
    },
  })
  return (
    <Modal
      opened
      onClose={onClose}
      closeOnClickOutside={false}
      title={t(
        invite.data ? 'invite.linkTitle' : domain === platform ? 'invite.titleOperator' : 'invite.title',
      )}
      closeButtonProps={{ 'aria-label': shell('close') }}
      size="lg"
      centered
    >
      {invite.data ? (
        <ShownLink invited={invite.data} email={form.values.email} onClose={onClose} />
      ) : (
        <form onSubmit={form.onSubmit((given) => invite.mutate(given))}>
          <Stack>
            {roles.length > 1 && (
              <Radio.Group label={t('invite.role')} {...form.getInputProps('role')}>
                <Stack gap="xs" mt="xs">
                  {roles.map((role) => (
                    <Radio
                      key={role}
                      value={role}
                      label={t(`roles.${role}.name`)}
                      description={t(`roles.${role}.may`)}
                    />
                  ))}
                </Stack>
              </Radio.Group>
            )}
            <TextInput
              type="email"
              label={t('invite.email')}
              description={t(mail ? 'invite.emailMailed' : 'invite.emailHint')}
              data-autofocus={roles.length === 1 || undefined}
              {...form.getInputProps('email')}
            />
            {invite.error && <Failure error={translate(invite.error)} />}
            <Group justify="flex-end">
              <Button variant="default" onClick={onClose}>
                {shell('cancel')}
              </Button>
              <Button type="submit" loading={invite.isPending}>
                {t('invite.action')}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  )
}

function ShownLink({ invited, email, onClose }: { invited: Invited; email: string; onClose: () => void }) {
  const { t } = useTranslation('members')
  return (
    <Stack>
      {invited.mailed === true && <Text>{t('invite.mailed', { email })}</Text>}
      {invited.mailed === false && (
        <Alert color="red" title={t('invite.notMailedTitle')}>
          {t('invite.notMailed', { email })}
        </Alert>
      )}
      <Alert icon={<IconLink aria-hidden />} title={t('invite.once')}>
        {email ? t('invite.onceFor', { email }) : t('invite.onceAnybody')}
      </Alert>
      <TextInput
        label={t('invite.link')}
        readOnly
        value={invited.link}
        onFocus={(event) => event.currentTarget.select()}
      />
      <Group justify="space-between">
        <Copy text={invited.link} label={t('invite.copy')} />
        <Button data-autofocus onClick={onClose}>
          {t('invite.done')}
        </Button>
      </Group>
    </Stack>
  )
}

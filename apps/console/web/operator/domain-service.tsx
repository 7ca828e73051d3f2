import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { askOperator } from '../graph/ask.ts'
import { graphql } from '../graph/operator/gql.ts'
import { Confirm } from '../parts/confirm.tsx'
import { Failure } from '../parts/failure.tsx'
import { Section } from '../parts/section.tsx'
import type { OperatedDomain } from './domain-query.ts'

const enableDomain = graphql(`
  mutation EnableDomain($input: EnableDomainInput!) {
    enableDomain(input: $input) {
      domain {
        version
      }
    }
  }
`)

const disableDomain = graphql(`
  mutation DisableDomain($input: DisableDomainInput!) {
    disableDomain(input: $input) {
      domain {
        version
      }
    }
  }
`)

/** Whether a domain is served: enabled on a contract, or taken out of service, each with what will happen. */
export function DomainService({ domain }: { domain: OperatedDomain }) {
  const { t } = useTranslation('operator')
  const { t: shell } = useTranslation()
  const queries = useQueryClient()
  const [dialog, setDialog] = useState<'enable' | 'disable' | null>(null)
  const [contract, setContract] = useState(domain.contract ?? '')
  const { name, version: expectedVersion } = domain
  const change = useMutation({
    mutationFn: async (enable: boolean): Promise<void> => {
      if (enable)
        await askOperator(enableDomain, { input: { name, contract: contract.trim(), expectedVersion } })
      else await askOperator(disableDomain, { input: { name, expectedVersion } })
    },
    async onSuccess(_, enable) {
      setDialog(null)
      notifications.show({ message: t(enable ? 'service.enabled' : 'service.disabled', { name }) })
      await queries.invalidateQueries({ queryKey: ['domain', name] })
      await queries.invalidateQueries({ queryKey: ['domains'] })
    },
  })
  const open = (which: 'enable' | 'disable'): void => {
    change.reset()
    setContract(domain.contract ?? '')
    setDialog(which)
  }
  const served = domain.enabled && domain.state === 'ACTIVE'
  const kind = domain.state === 'DISABLED' ? 'back' : 'enable'
  const says = domain.state === 'DISABLED' ? 'isDisabled' : domain.enabled ? 'isEnabled' : 'isClosed'
  return (
    <Section title={t('service.title')} lead={t(`service.${says}`, { contract: domain.contract })}>
      <Group>
        {!served && <Button onClick={() => open('enable')}>{t(`service.${kind}.action`)}</Button>}
        {domain.state === 'ACTIVE' && (
          <Button variant="default" onClick={() => open('disable')}>
            {t('service.disable.action')}
          </Button>
        )}
      </Group>
      <Modal
        opened={dialog === 'enable'}
        onClose={() => setDialog(null)}
        title={t(`service.${kind}.title`, { name })}
        closeButtonProps={{ 'aria-label': shell('close') }}
        centered
      >
        <form
          onSubmit={(event) => {
            event.preventDefault()
            change.mutate(true)
          }}
        >
          <Stack>
            <Text>{t(`service.${kind}.text`, { name })}</Text>
            <TextInput
              label={t('service.contract')}
              description={t('service.contractHint')}
              required
              data-autofocus
              value={contract}
              onChange={(event) => setContract(event.currentTarget.value)}
            />
            {change.error && <Failure error={change.error} />}
            <Group justify="flex-end">
              <Button variant="default" onClick={() => setDialog(null)}>
                {shell('cancel')}
              </Button>
              <Button type="submit" loading={change.isPending}>
                {t(`service.${kind}.action`)}
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
      <Confirm
        opened={dialog === 'disable'}
        title={t('service.disable.title', { name })}
        action={t('service.disable.action')}
        danger
        pending={change.isPending}
        error={change.error}
        onConfirm={() => change.mutate(false)}
        onClose={() => setDialog(null)}
      >
        {t('service.disable.text', { name })}
      </Confirm>
    </Section>
  )
}

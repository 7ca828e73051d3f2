import { Button, Group, Stack } from '@mantine/core'
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
import { HostsAndZone } from './hosts-and-zone.tsx'

const updateDomain = graphql(`
  mutation UpdateDomain($input: UpdateDomainInput!) {
    updateDomain(input: $input) {
      domain {
        version
      }
    }
  }
`)

/** Host names and time zone of a domain. A host name that goes is asked about first: programs that use it stop working. */
export function DomainSettings({ domain }: { domain: OperatedDomain }) {
  const { t } = useTranslation('operator')
  const queries = useQueryClient()
  const [hosts, setHosts] = useState(domain.hosts)
  const [zone, setZone] = useState(domain.zone)
  const [asking, setAsking] = useState(false)
  const gone = domain.hosts.filter((host) => !hosts.includes(host))
  const unchanged = hosts.join() === domain.hosts.join() && zone === domain.zone
  const save = useMutation({
    mutationFn: () =>
      askOperator(updateDomain, {
        input: { name: domain.name, hosts, zone, expectedVersion: domain.version },
      }),
    async onSuccess() {
      setAsking(false)
      notifications.show({ message: t('settings.saved') })
      await queries.invalidateQueries({ queryKey: ['domain', domain.name] })
      await queries.invalidateQueries({ queryKey: ['domains'] })
    },
  })
  return (
    <Section title={t('settings.title')} lead={t('settings.lead')}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (gone.length > 0) setAsking(true)
          else save.mutate()
        }}
      >
        <Stack maw={560}>
          <HostsAndZone hosts={hosts} zone={zone} onHosts={setHosts} onZone={setZone} />
          {save.error && !asking && <Failure error={save.error} />}
          <Group>
            <Button type="submit" variant="default" loading={save.isPending && !asking} disabled={unchanged}>
              {t('settings.save')}
            </Button>
          </Group>
        </Stack>
      </form>
      <Confirm
        opened={asking}
        title={t('settings.confirmTitle')}
        action={t('settings.save')}
        danger
        pending={save.isPending}
        error={save.error}
        onConfirm={() => save.mutate()}
        onClose={() => setAsking(false)}
      >
        {t('settings.confirmText', { hosts: gone.join(', ') })}
      </Confirm>
    </Section>
  )
}

import { Button, Checkbox, Group, Paper, Stack, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { askOperator } from '../../graph/ask.ts'
import { graphql } from '../../graph/operator/gql.ts'
import { Failure } from '../../parts/failure.tsx'
import { Page } from '../../parts/page.tsx'
import { HostsAndZone } from '../hosts-and-zone.tsx'

const createDomain = graphql(`
  mutation CreateDomain($input: CreateDomainInput!) {
    createDomain(input: $input) {
      domain {
        name
      }
    }
  }
`)

/** Makes a domain: its API stays closed until it is enabled on a contract. */
export function NewDomain() {
  const { t } = useTranslation('operator')
  const { t: shell } = useTranslation()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [name, setName] = useState('')
  const [hosts, setHosts] = useState<string[]>([])
  const [zone, setZone] = useState(Intl.DateTimeFormat().resolvedOptions().timeZone)
  const [sandbox, setSandbox] = useState(false)
  const create = useMutation({
    mutationFn: () => askOperator(createDomain, { input: { name, hosts, zone, sandbox } }),
    async onSuccess() {
      await queries.invalidateQueries({ queryKey: ['domains'] })
      notifications.show({ message: t('new.done', { name }) })
      await navigate({ href: `/domains/${name}` })
    },
  })
  return (
    <Page title={t('new.title')} lead={t('new.lead')}>
      <Paper
        withBorder
        p="lg"
        maw={640}
        component="form"
        onSubmit={(event) => {
          event.preventDefault()
          create.mutate()
        }}
      >
        <Stack>
          <TextInput
            label={t('form.name')}
            description={t('form.nameHint')}
            required
            maxLength={63}
            pattern="[a-z][a-z0-9\-]*"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <HostsAndZone hosts={hosts} zone={zone} onHosts={setHosts} onZone={setZone} />
          <Checkbox
            label={t('form.sandbox')}
            description={t('form.sandboxHint')}
            checked={sandbox}
            onChange={(event) => setSandbox(event.currentTarget.checked)}
          />
          {create.error && <Failure error={create.error} />}
          <Group justify="flex-end">
            <Button component={Link} to={'/domains' as string} variant="default">
              {shell('cancel')}
            </Button>
            <Button type="submit" loading={create.isPending}>
              {t('new.action')}
            </Button>
          </Group>
        </Stack>
      </Paper>
    </Page>
  )
}

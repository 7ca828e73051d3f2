import { Alert, Button, FileInput, Group, Paper, Select, Stack, Text, Title } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { IconKey, IconPlugConnected } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { consumersQuery } from '../logs/consumers-query.ts'
import { readPrivateKey } from '../keys/private-key.ts'
import { askEnterprise } from './ask-enterprise.ts'
import './connect.css'
import { createTokenSource } from './token.ts'

/** A program whose key is open in this page. */
export interface Connection {
  name: string
  getToken: () => Promise<string>
}

/** Chooses as which program one asks: a consumer of the domain and the file of its private key. */
export function Connect({
  domain,
  connection,
  onChange,
}: {
  domain: string
  connection: Connection | null
  onChange: (connection: Connection | null) => void
}) {
  const { t } = useTranslation('explorer')
  const { data: consumers = [] } = useQuery(consumersQuery(domain))
  const active = consumers.filter((each) => each.active)
  const [chosen, setChosen] = useState<string | null>(null)
  const [file, setFile] = useState<File | null>(null)
  const consumer = active.find(({ id }) => id === (chosen ?? active[0]?.id))
  const connect = useMutation({
    mutationFn: async () => {
      if (!consumer || !file) throw new Error(t('connect.missing'))
      const { key } = await readPrivateKey(await file.text()).catch(() => {
        throw new Error(t('connect.noKey'))
      })
      const { issuer, audience } = consumer
      const getToken = createTokenSource(key, { issuer: issuer ?? '', audience })
      const { errors } = await askEnterprise(domain, getToken, { query: '{ __typename }' })
      if (errors?.[0])
        throw new Error(
          errors[0].extensions?.code === 'UNAUTHENTICATED' ? t('connect.refused') : errors[0].message,
        )
      return { name: consumer.name, getToken }
    },
    onSuccess: onChange,
  })
  if (connection)
    return (
      <Group gap="sm" role="status">
        <IconPlugConnected size={18} aria-hidden />
        <Text size="sm">{t('connected', { name: connection.name })}</Text>
        <Button
          size="xs"
          variant="default"
          onClick={() => {
            setFile(null)
            connect.reset()
            onChange(null)
          }}
        >
          {t('forget')}
        </Button>
      </Group>
    )
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="connect">
      <Stack gap="sm">
        <Title order={2} size="h4" id="connect">
          {t('connect.title')}
        </Title>
        <Text size="sm" c="dimmed">
          {t('connect.lead')}
        </Text>
        <div className="connect">
          <Select
            label={t('connect.consumer')}
            allowDeselect={false}
            searchable={active.length > 8}
            data={active.map(({ id, name, issuer }) => ({ value: id, label: `${name} (${issuer})` }))}
            value={consumer?.id ?? null}
            onChange={setChosen}
          />
          <FileInput
            label={t('connect.file')}
            placeholder={t('connect.choose')}
            accept=".pem,.key,application/x-pem-file"
            leftSection={<IconKey size={16} aria-hidden />}
            value={file}
            onChange={setFile}
            clearable={false}
          />
          <Button loading={connect.isPending} disabled={!consumer || !file} onClick={() => connect.mutate()}>
            {t('connect.connect')}
          </Button>
        </div>
        {connect.error && (
          <Alert color="red" role="alert" title={t('connect.failed')}>
            {connect.error.message}
          </Alert>
        )}
      </Stack>
    </Paper>
  )
}

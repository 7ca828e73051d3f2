import { Alert, Group, Stack, Text, TextInput } from '@mantine/core'
import { IconKey } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Copy } from '../parts/copy.tsx'

/** A secret that is shown this once: the graph never tells it again. */
export function SecretOnce({
  secret,
  children,
}: {
  secret: string | null | undefined
  children?: ReactNode
}) {
  const { t } = useTranslation('events')
  return (
    <Alert color="orange" icon={<IconKey aria-hidden />} title={t('secret.title')}>
      <Stack gap="sm" align="flex-start">
        <Text size="sm">{t(secret ? 'secret.text' : 'secret.lost')}</Text>
        {secret && (
          <TextInput
            label={t('secret.label')}
            value={secret}
            readOnly
            w="100%"
            spellCheck={false}
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 13 } }}
            onFocus={(event) => event.currentTarget.select()}
          />
        )}
        <Group gap="sm">
          {secret && <Copy text={secret} label={t('secret.copy')} />}
          {children}
        </Group>
      </Stack>
    </Alert>
  )
}

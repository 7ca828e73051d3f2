import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { IconCheck, IconDownload, IconKey } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { download, makePair } from '../keys/pair.ts'

/**
 * Makes a pair in this page. The private half is offered once as a file and forgotten when it is said to be saved; it goes
 * nowhere else. The public half is given on only then, so that no key is registered whose private half is lost.
 */
export function MadeKey({
  fileName,
  error,
  onChange,
}: {
  fileName: string
  error?: string
  onChange: (publicKey: string | null) => void
}) {
  const { t } = useTranslation('keys')
  const privatePem = useRef<string | null>(null)
  const [savedAs, setSavedAs] = useState<string | null>(null)
  const [confirmed, setConfirmed] = useState(false)
  const pair = useMutation({
    mutationFn: async () => {
      const made = await makePair()
      privatePem.current = made.privatePem
      return made.publicPem
    },
    onMutate() {
      onChange(null)
      setSavedAs(null)
      setConfirmed(false)
    },
  })
  const save = (): void => {
    if (privatePem.current) download(fileName, privatePem.current)
    setSavedAs(fileName)
  }
  const confirm = (): void => {
    privatePem.current = null
    setConfirmed(true)
    onChange(pair.data ?? null)
  }
  const again = (
    <Button variant="default" size="xs" loading={pair.isPending} onClick={() => pair.mutate()}>
      {t('made.again')}
    </Button>
  )
  if (!pair.data)
    return (
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{t('made.what')}</Text>
        <Button
          variant="light"
          loading={pair.isPending}
          leftSection={<IconKey size={16} aria-hidden />}
          onClick={() => pair.mutate()}
        >
          {t('made.make')}
        </Button>
        <Problem text={pair.error ? t('made.failed') : error} />
      </Stack>
    )
  if (confirmed)
    return (
      <Alert color="clinic" icon={<IconCheck aria-hidden />} title={t('made.ready')}>
        <Stack gap="xs" align="flex-start">
          <Text size="sm">{t('made.readyText', { file: savedAs ?? fileName })}</Text>
          {again}
        </Stack>
        <Problem text={error} />
      </Alert>
    )
  return (
    <Alert color="orange" icon={<IconKey aria-hidden />} title={t('made.saveTitle')}>
      <Stack gap="sm">
        <Text size="sm">{t('made.saveText')}</Text>
        <Group gap="sm">
          <Button
            variant={savedAs ? 'default' : 'filled'}
            leftSection={<IconDownload size={16} aria-hidden />}
            onClick={save}
            data-autofocus
          >
            {t('made.download')}
          </Button>
          <Button
            variant={savedAs ? 'filled' : 'default'}
            disabled={!savedAs}
            leftSection={<IconCheck size={16} aria-hidden />}
            onClick={confirm}
          >
            {t('made.saved')}
          </Button>
        </Group>
        <Problem text={error} />
      </Stack>
    </Alert>
  )
}

function Problem({ text }: { text?: string }) {
  if (!text) return null
  return (
    <Text size="sm" c="var(--mantine-color-error)" role="alert" mt="xs">
      {text}
    </Text>
  )
}

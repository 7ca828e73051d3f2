import { Alert, Button, Code, Group, SimpleGrid, Stack, Text } from '@mantine/core'
import { IconDownload, IconKey } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Copy } from '../parts/copy.tsx'

/** Backup codes, shown this once: to copy, to keep as a file. */
export function BackupCodes({ codes, onDone }: { codes: string[]; onDone: () => void }) {
  const { t } = useTranslation('account')
  const text = codes.join('\n')
  const download = (): void => {
    const link = document.createElement('a')
    link.href = URL.createObjectURL(new Blob([`${text}\n`], { type: 'text/plain' }))
    link.download = 'commonchart-backup-codes.txt'
    link.click()
    URL.revokeObjectURL(link.href)
  }
  return (
    <Stack>
      <Alert icon={<IconKey aria-hidden />} title={t('codes.once')}>
        {t('codes.text')}
      </Alert>
      <SimpleGrid cols={2} component="ul" className="plain" aria-label={t('codes.label')}>
        {codes.map((code) => (
          <Text component="li" key={code} ta="center">
            <Code fz="sm">{code}</Code>
          </Text>
        ))}
      </SimpleGrid>
      <Group justify="space-between">
        <Group gap="xs">
          <Copy text={text} label={t('codes.copy')} />
          <Button
            size="xs"
            variant="default"
            leftSection={<IconDownload size={14} aria-hidden />}
            onClick={download}
          >
            {t('codes.download')}
          </Button>
        </Group>
        <Button data-autofocus onClick={onDone}>
          {t('codes.done')}
        </Button>
      </Group>
    </Stack>
  )
}

import { Button, FileButton, Group, Stack, Text } from '@mantine/core'
import { IconCheck, IconFileText, IconX } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { canUseKeys } from '../keys/pair.ts'
import { NoPrivateKey, readPrivateKey, type PrivateKeyProblem } from '../keys/private-key.ts'
import { isAccepted, type Consumer, type Key } from './one.ts'

/** A private key that somebody picked for this page. */
export interface PickedKey {
  key: CryptoKey
  thumbprint: string
  fileName: string
}

/** Takes a private key from a file into this page's memory, and says whether the consumer's tokens may bear it. */
export function KeyPicker({
  consumer,
  picked,
  registered,
  onPick,
}: {
  consumer: Consumer
  picked: PickedKey | null
  /** Which of the consumer's keys the picked one is. */
  registered: Key | undefined
  onPick: (picked: PickedKey | null) => void
}) {
  const { t } = useTranslation('try-it')
  const [problem, setProblem] = useState<PrivateKeyProblem | null>(null)
  const take = async (file: File | null): Promise<void> => {
    if (!file) return
    setProblem(null)
    onPick(null)
    try {
      const { key, thumbprint } = await readPrivateKey(await file.text())
      onPick({ key, thumbprint, fileName: file.name })
    } catch (error) {
      setProblem(error instanceof NoPrivateKey ? error.problem : 'malformed')
    }
  }
  const isFine = consumer.active && registered && isAccepted(registered)
  const verdict = !registered
    ? 'unknown'
    : !isAccepted(registered)
      ? 'notAccepted'
      : consumer.active
        ? 'fine'
        : 'inactive'
  const Icon = isFine ? IconCheck : IconX
  return (
    <Stack gap="xs" align="flex-start">
      <Group gap="sm">
        <FileButton onChange={(file) => void take(file)} accept=".pem,.key,.p8,.txt">
          {(props) => (
            <Button
              {...props}
              disabled={!canUseKeys()}
              variant={picked ? 'default' : 'light'}
              leftSection={<IconFileText size={16} aria-hidden />}
            >
              {t(picked ? 'pick.other' : 'pick.action')}
            </Button>
          )}
        </FileButton>
        {picked && (
          <Button variant="subtle" color="gray" onClick={() => onPick(null)}>
            {t('pick.forget')}
          </Button>
        )}
      </Group>
      <Text size="sm" c="dimmed">
        {t(canUseKeys() ? 'pick.promise' : 'pick.insecure')}
      </Text>
      {problem && (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          {t(`pick.problems.${problem}`)}
        </Text>
      )}
      {picked && (
        <Group gap={6} role="status" wrap="nowrap">
          <Icon size={16} aria-hidden />
          <Text size="sm" c={isFine ? undefined : 'var(--mantine-color-error)'}>
            {t(`pick.${verdict}`, { file: picked.fileName, thumbprint: picked.thumbprint.slice(0, 12) })}
          </Text>
        </Group>
      )}
    </Stack>
  )
}

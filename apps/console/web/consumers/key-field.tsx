import { SegmentedControl, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { canUseKeys } from '../keys/pair.ts'
import { MadeKey } from './made-key.tsx'
import { PastedKey } from './pasted-key.tsx'

/** Takes a public key: of a pair that is made here, or one that is pasted. `onChange` hears of what can be registered. */
export function KeyField({
  fileName,
  error,
  onChange,
}: {
  /** What the file of a private key that is made here is called. */
  fileName: string
  error?: string
  onChange: (publicKey: string | null) => void
}) {
  const { t } = useTranslation('keys')
  const [way, setWay] = useState<'make' | 'paste'>(canUseKeys() ? 'make' : 'paste')
  return (
    <Stack gap="sm">
      <SegmentedControl
        aria-label={t('way.label')}
        value={way}
        onChange={(value) => {
          onChange(null)
          setWay(value as typeof way)
        }}
        data={[
          { value: 'make', label: t('way.make'), disabled: !canUseKeys() },
          { value: 'paste', label: t('way.paste') },
        ]}
      />
      {!canUseKeys() && (
        <Text size="sm" c="dimmed">
          {t('way.insecure')}
        </Text>
      )}
      {way === 'make' ? (
        <MadeKey fileName={fileName} error={error} onChange={onChange} />
      ) : (
        <PastedKey error={error} onChange={onChange} />
      )}
    </Stack>
  )
}

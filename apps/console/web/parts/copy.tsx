import { ActionIcon, Button, CopyButton, Tooltip } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'

/** Copies a text; says so. With `label` it is a button with words, without it an icon. */
export function Copy({ text, label }: { text: string; label?: string }) {
  const { t } = useTranslation()
  return (
    <CopyButton value={text} timeout={2000}>
      {({ copied, copy }) => {
        const Icon = copied ? IconCheck : IconCopy
        const words = copied ? t('copied') : (label ?? t('copy'))
        if (label)
          return (
            <Button size="xs" variant="default" leftSection={<Icon size={14} aria-hidden />} onClick={copy}>
              {words}
            </Button>
          )
        return (
          <Tooltip label={words}>
            <ActionIcon variant="subtle" color="gray" aria-label={words} onClick={copy}>
              <Icon size={16} aria-hidden />
            </ActionIcon>
          </Tooltip>
        )
      }}
    </CopyButton>
  )
}

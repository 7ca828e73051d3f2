import { Anchor, Card, Stack, Text, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { IconApi } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useDomain } from '../session.ts'

/** Says what a consumer is to whoever has none yet. */
export function NoConsumers({ action }: { action: ReactNode }) {
  const { t } = useTranslation('consumers')
  const { domain } = useDomain()
  return (
    <Card withBorder padding="xl">
      <Stack align="flex-start" maw={620}>
        <IconApi size={32} aria-hidden />
        <Title order={2} size="h3">
          {t('empty.title')}
        </Title>
        <Text>{t('empty.what')}</Text>
        <Text>{t('empty.how')}</Text>
        {action || <Text c="dimmed">{t('auditor')}</Text>}
        <Anchor
          renderRoot={(props) => <Link {...props} to="/d/$domain/getting-started" params={{ domain }} />}
        >
          {t('empty.start')}
        </Anchor>
      </Stack>
    </Card>
  )
}

import { Button, Code, Group, Paper, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { createLazyRoute } from '@tanstack/react-router'
import { IconDownload } from '@tabler/icons-react'
import { Trans, useTranslation } from 'react-i18next'
import { askSettings } from '../graph/ask.ts'
import { graphql } from '../graph/settings/gql.ts'
import { Copy } from '../parts/copy.tsx'
import { download } from '../parts/download.ts'
import { Facts } from '../parts/facts.tsx'
import { Failure } from '../parts/failure.tsx'
import { Page } from '../parts/page.tsx'
import { Moment } from '../parts/time.tsx'
import { useDomain } from '../session.ts'
import { VerifyLog } from '../verify/verify-log.tsx'
import '../parts/code-view.css'

export const Route = createLazyRoute('/d/$domain/verification')({ component: Verification })

const checkpointDocument = graphql(`
  query Checkpoint {
    auditCheckpoint {
      size
      text
      verifierKey
      createdAt
    }
  }
`)

function Verification() {
  const { t, i18n } = useTranslation('verification')
  const { domain } = useDomain()
  const { data, error, refetch } = useQuery({
    queryKey: ['checkpoint', domain],
    queryFn: () => askSettings(domain, checkpointDocument),
    // Asking adds a leaf to the log, and so would make the next checkpoint.
    staleTime: Infinity,
  })
  const checkpoint = data?.auditCheckpoint
  return (
    <Page title={t('title')} lead={t('lead')}>
      {error && <Failure error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton height={240} aria-label={t('loading')} role="status" />}
      {checkpoint === null && <Text>{t('noCheckpoint')}</Text>}
      {checkpoint && (
        <Paper withBorder p="lg">
          <Stack>
            <Title order={2} size="h3">
              {t('checkpoint.title')}
            </Title>
            <Text size="sm" maw={720}>
              {t('checkpoint.lead')}
            </Text>
            <Facts
              facts={[
                [t('checkpoint.size'), Number(checkpoint.size).toLocaleString(i18n.language)],
                [t('checkpoint.signedAt'), <Moment at={checkpoint.createdAt} />],
                [t('checkpoint.key'), <Code>{checkpoint.verifierKey}</Code>],
              ]}
            />
            <pre className="code" tabIndex={0} role="region" aria-label={t('checkpoint.title')}>
              {checkpoint.text}
            </pre>
            <Group gap="sm">
              <Button
                leftSection={<IconDownload size={16} aria-hidden />}
                onClick={() => download(`${domain}-${checkpoint.size}.checkpoint`, checkpoint.text)}
              >
                {t('checkpoint.download')}
              </Button>
              <Copy text={checkpoint.text} label={t('checkpoint.copy')} />
              <Copy text={checkpoint.verifierKey} label={t('checkpoint.copyKey')} />
            </Group>
          </Stack>
        </Paper>
      )}
      <VerifyLog domain={domain} />
      <Stack gap="xs" maw={720}>
        <Title order={2} size="h3">
          {t('meaning.title')}
        </Title>
        <Text size="sm">{t('meaning.shows')}</Text>
        <Text size="sm">{t('meaning.not')}</Text>
        <Text size="sm">
          <Trans
            t={t}
            i18nKey="meaning.elsewhere"
            components={{
              command: <Code />,
            }}
          />
        </Text>
      </Stack>
    </Page>
  )
}

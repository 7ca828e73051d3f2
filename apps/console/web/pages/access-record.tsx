import { Alert, Group, Paper, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { createLazyRoute } from '@tanstack/react-router'
import { IconArrowLeft, IconInbox, IconTerminal2 } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Refused, askSettings } from '../graph/ask.ts'
import { accessRecordDocument, type OpenedRecord } from '../logs/access-record-query.ts'
import { writeCurl } from '../logs/curl.ts'
import { RecordFacts } from '../logs/record-facts.tsx'
import { TouchedRecords } from '../logs/touched-records.tsx'
import { CodeView } from '../parts/code-view.tsx'
import { Copy } from '../parts/copy.tsx'
import { Failure } from '../parts/failure.tsx'
import { ButtonLink } from '../parts/links.tsx'
import { Page } from '../parts/page.tsx'
import { Moment } from '../parts/time.tsx'
import { spellOut } from '../parts/written.tsx'
import { useDomain } from '../session.ts'

export const Route = createLazyRoute('/d/$domain/access-log/$id')({ component: AccessRecord })

/** What an address bears; a longer query is copied. */
const longestQuery = 4000

function AccessRecord() {
  const { t } = useTranslation('logs')
  const { domain } = useDomain()
  const { id } = Route.useParams()
  const { data, error, refetch } = useQuery({
    queryKey: ['access record', domain, id],
    queryFn: () => askSettings(domain, accessRecordDocument, { id }),
    staleTime: Infinity,
  })
  const record = data?.accessRecord
  const operation = record?.request.operationName ?? record?.request.rootFields.join(', ')
  return (
    <Page
      title={operation ? spellOut(operation.slice(0, 80)) : t('record.title')}
      lead={record && <Moment at={record.request.startedAt} />}
      actions={
        <>
          <ButtonLink
            to="/d/$domain/access-log"
            params={{ domain }}
            search={{}}
            variant="default"
            leftSection={<IconArrowLeft size={16} aria-hidden />}
          >
            {t('access.title')}
          </ButtonLink>
          {record?.query && record.request.graph === 'ENTERPRISE' && record.query.length < longestQuery && (
            <ButtonLink
              to="/d/$domain/explorer"
              params={{ domain }}
              search={{ query: record.query }}
              variant="default"
              leftSection={<IconTerminal2 size={16} aria-hidden />}
            >
              {t('record.explorer')}
            </ButtonLink>
          )}
          {record?.requestBody && (
            <Copy text={writeCurl(record.request, record.requestBody)} label={t('record.curl')} />
          )}
        </>
      }
    >
      {error && <Unopened error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton height={320} aria-label={t('loading')} role="status" />}
      {record === null && (
        <Alert variant="light" color="gray" icon={<IconInbox aria-hidden />} title={t('record.none')}>
          <Text size="sm">{t('record.noneText')}</Text>
        </Alert>
      )}
      {record && <Opened domain={domain} record={record} />}
    </Page>
  )
}

function Opened({ domain, record }: { domain: string; record: OpenedRecord }) {
  const { t } = useTranslation('logs')
  const { request, query, variables, response } = record
  const name = request.id.slice(0, 13)
  return (
    <Stack gap="xl">
      <Paper withBorder p="lg">
        <RecordFacts domain={domain} request={request} />
      </Paper>
      <TouchedRecords domain={domain} record={record} />
      {query !== null && query !== undefined && (
        <CodeView title={t('record.query')} text={query} language="graphql" fileName={`${name}.graphql`} />
      )}
      {variables && (
        <CodeView
          title={t('record.variables')}
          text={variables}
          language="json"
          fileName={`${name}-variables.json`}
        />
      )}
      {response ? (
        <CodeView title={t('record.response')} text={response} language="json" fileName={`${name}.json`} />
      ) : (
        <Group gap="xs">
          <Title order={2} size="h4">
            {t('record.response')}
          </Title>
          <Text c="dimmed">{t('record.noBody')}</Text>
        </Group>
      )}
    </Stack>
  )
}

/** A record that is there and does not open says why, and what that means. */
function Unopened({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { t } = useTranslation('logs')
  const code = error instanceof Refused ? error.code : ''
  const explained = code === 'RECORD_KEY_LOST' || code === 'RECORD_ALTERED'
  return (
    <Stack>
      <Failure error={error} onRetry={explained ? undefined : onRetry} />
      {explained && <Text>{t(`record.${code}`)}</Text>}
    </Stack>
  )
}

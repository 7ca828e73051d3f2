import { Alert, Skeleton, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { createLazyRoute } from '@tanstack/react-router'
import { IconAlertTriangle, IconFlask } from '@tabler/icons-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Connect, type Connection } from '../explorer/connect.tsx'
import { askSettings } from '../graph/ask.ts'
import { graphql } from '../graph/settings/gql.ts'
import { Page } from '../parts/page.tsx'
import { useDomain } from '../session.ts'

export const Route = createLazyRoute('/d/$domain/explorer')({ component: Explorer })

const Editor = lazy(() => import('../explorer/editor.tsx'))

const domainDocument = graphql(`
  query SandboxOrNot {
    currentDomain {
      sandbox
    }
  }
`)

function Explorer() {
  const { t } = useTranslation('explorer')
  const { domain } = useDomain()
  const { query } = Route.useSearch()
  const [connection, setConnection] = useState<Connection | null>(null)
  const { data, isPending } = useQuery({
    queryKey: ['sandbox or not', domain],
    queryFn: () => askSettings(domain, domainDocument),
  })
  // A domain that is not known to be a sandbox is none.
  const sandbox = data?.currentDomain.sandbox === true
  return (
    <Page title={t('title')} lead={t('lead')}>
      <Stack gap="md">
        {isPending ? null : sandbox ? (
          <Alert variant="light" color="clinic" icon={<IconFlask aria-hidden />} p="sm">
            {t('sandbox')}
          </Alert>
        ) : (
          <Alert
            variant="light"
            color="red"
            icon={<IconAlertTriangle aria-hidden />}
            title={t('realData.title')}
          >
            {t('realData.text')}
          </Alert>
        )}
        <Connect domain={domain} connection={connection} onChange={setConnection} />
        <Suspense fallback={<Skeleton height={560} aria-label={t('loading')} role="status" />}>
          <Editor domain={domain} connection={connection} query={query} />
        </Suspense>
      </Stack>
    </Page>
  )
}

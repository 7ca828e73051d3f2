import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { createLazyRoute, useNavigate } from '@tanstack/react-router'
import { IconDownload } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { AccessTable } from '../logs/access-table.tsx'
import { readAccessPage } from '../logs/access-query.ts'
import { consumersQuery } from '../logs/consumers-query.ts'
import { Filters } from '../logs/filters.tsx'
import { LogList } from '../logs/log-list.tsx'
import { useLogPage } from '../logs/log-page.ts'
import { outcomes, readGraph, writeExport, type AccessSearch } from '../logs/search.ts'
import { TimeFilter } from '../logs/time-filter.tsx'
import { Page } from '../parts/page.tsx'
import { useDomain } from '../session.ts'

export const Route = createLazyRoute('/d/$domain/access-log')({ component: AccessLog })

function AccessLog() {
  const { t } = useTranslation('logs')
  const { domain } = useDomain()
  const search = Route.useSearch()
  const { after: _, before: __, ...filters } = search
  const { last, from, to, ...values } = filters
  const navigate = useNavigate()
  const setFilters = (change: AccessSearch): void =>
    void navigate({ to: '/d/$domain/access-log', params: { domain }, search: { ...filters, ...change } })
  const log = useLogPage(['access log', domain], search, (question) =>
    readAccessPage(domain, search, question),
  )
  return (
    <Page
      title={t('access.title')}
      lead={t('access.lead')}
      actions={
        <Button
          component="a"
          href={`/api/domains/${encodeURIComponent(domain)}/export/access-log?${writeExport({ ...search, graph: readGraph(search) })}`}
          download={`${domain}-access-log.ndjson`}
          variant="default"
          leftSection={<IconDownload size={16} aria-hidden />}
        >
          {t('export.ndjson')}
        </Button>
      }
    >
      <Filters
        values={{ ...values, ...(last && { last }), ...(from && { from }), ...(to && { to }) }}
        time={<TimeFilter time={{ last, from, to }} onChange={setFilters} />}
        {...useAccessFilters(domain)}
        onChange={(name, value) => setFilters({ [name]: value })}
        onClear={() => void navigate({ to: '/d/$domain/access-log', params: { domain }, search: {} })}
      />
      <LogList
        log={log}
        isFiltered={Object.keys(filters).length > 0}
        empty={t('access.empty')}
        draw={({ nodes }) => <AccessTable domain={domain} requests={nodes} />}
      />
    </Page>
  )
}

function useAccessFilters(domain: string) {
  const { t } = useTranslation('logs')
  const { data: consumers = [] } = useQuery(consumersQuery(domain))
  return {
    filters: [
      {
        name: 'consumerId',
        label: t('field.consumer'),
        choices: consumers.map(({ id, name }) => ({ value: id, label: name })),
      },
      {
        name: 'outcome',
        label: t('field.outcome'),
        choices: outcomes.map((value) => ({ value, label: t(`outcome.${value}`) })),
      },
      { name: 'operationName', label: t('field.operationName') },
    ],
    more: [
      {
        name: 'operationKind',
        label: t('field.operationKind'),
        choices: ['QUERY', 'MUTATION'].map((value) => ({ value, label: t(`kind.${value}`) })),
      },
      { name: 'errorCode', label: t('field.errorCode') },
      { name: 'slowerThanMs', label: t('field.slowerThanMs'), inputMode: 'numeric' as const },
      { name: 'ip', label: t('field.ip') },
      { name: 'patientId', label: t('field.patientId') },
      {
        name: 'graph',
        label: t('field.graph'),
        placeholder: t('graph.ENTERPRISE'),
        choices: ['SETTINGS', 'ALL'].map((value) => ({ value, label: t(`graph.${value}`) })),
      },
    ],
  }
}

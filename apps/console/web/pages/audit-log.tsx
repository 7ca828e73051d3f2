import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { createLazyRoute, useNavigate } from '@tanstack/react-router'
import { auditActions, recordTypes } from '@commonchart/audit'
import { IconDownload } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { readAuditPage } from '../logs/audit-query.ts'
import { AuditTable } from '../logs/audit-table.tsx'
import { consumersQuery } from '../logs/consumers-query.ts'
import { Filters } from '../logs/filters.tsx'
import { LogList } from '../logs/log-list.tsx'
import { useLogPage } from '../logs/log-page.ts'
import { outcomes, type AuditSearch } from '../logs/search.ts'
import { TimeFilter } from '../logs/time-filter.tsx'
import { Page } from '../parts/page.tsx'
import { useDomain } from '../session.ts'

export const Route = createLazyRoute('/d/$domain/audit-log')({ component: AuditLog })

function AuditLog() {
  const { t } = useTranslation('logs')
  const { domain } = useDomain()
  const search = Route.useSearch()
  const { after: _, before: __, ...filters } = search
  const { last, from, to, ...values } = filters
  const navigate = useNavigate()
  const setFilters = (change: AuditSearch): void =>
    void navigate({
      to: '/d/$domain/audit-log',
      params: { domain },
      search: agree({ ...filters, ...change }, change),
    })
  const log = useLogPage(['audit log', domain], search, (question) => readAuditPage(domain, search, question))
  return (
    <Page
      title={t('audit.title')}
      lead={t('audit.lead')}
      actions={
        <Button
          component="a"
          href={`/api/domains/${encodeURIComponent(domain)}/export/audit-log`}
          download={`${domain}-audit-log.ndjson`}
          variant="default"
          leftSection={<IconDownload size={16} aria-hidden />}
        >
          {t('export.whole')}
        </Button>
      }
    >
      <Filters
        values={{ ...values, ...(last && { last }), ...(from && { from }), ...(to && { to }) }}
        time={<TimeFilter time={{ last, from, to }} onChange={setFilters} />}
        {...useAuditFilters(domain)}
        onChange={(name, value) => setFilters({ [name]: value })}
        onClear={() => void navigate({ to: '/d/$domain/audit-log', params: { domain }, search: {} })}
      />
      <LogList
        log={log}
        isFiltered={Object.keys(filters).length > 0}
        empty={t('audit.empty')}
        draw={({ nodes }) => <AuditTable domain={domain} events={nodes} label={t('audit.title')} />}
      />
    </Page>
  )
}

/** What one filter rules out of the others: a consumer is an actor, and ids go with what they are ids of. */
function agree(search: AuditSearch, change: AuditSearch): AuditSearch {
  const { actorKind, actorId, consumer, recordId, ...rest } = search
  const byConsumer = consumer !== undefined && change.actorKind === undefined && change.actorId === undefined
  return {
    ...rest,
    ...(byConsumer
      ? { consumer }
      : { actorKind: actorKind ?? (actorId !== undefined ? 'person' : undefined), actorId }),
    ...(search.recordType !== undefined && { recordId }),
  }
}

function useAuditFilters(domain: string) {
  const { t } = useTranslation('logs')
  const { data: consumers = [] } = useQuery(consumersQuery(domain))
  const choose = (values: readonly string[], part: string) =>
    values.map((value) => ({ value, label: t(`${part}.${value}`) }))
  const asTheyAre = (values: object) => Object.keys(values).map((value) => ({ value, label: value }))
  return {
    filters: [
      {
        name: 'kind',
        label: t('field.eventKind'),
        choices: choose(['CHANGE', 'READ', 'REQUEST'], 'eventKind'),
      },
      {
        name: 'consumer',
        label: t('field.consumer'),
        choices: consumers.map(({ id, name }) => ({ value: id, label: name })),
      },
      { name: 'patientId', label: t('field.patientId') },
    ],
    more: [
      { name: 'action', label: t('field.action'), choices: asTheyAre(auditActions) },
      { name: 'recordType', label: t('field.recordType'), choices: asTheyAre(recordTypes) },
      { name: 'recordId', label: t('field.recordId') },
      { name: 'outcome', label: t('field.outcome'), choices: choose(outcomes, 'outcome') },
      {
        name: 'actorKind',
        label: t('field.actorKind'),
        choices: choose(['consumer', 'person', 'operator', 'service'], 'actor'),
      },
      { name: 'actorId', label: t('field.actorId') },
    ],
  }
}

import { Button, Group, Loader, Stack, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { createLazyRoute, useNavigate } from '@tanstack/react-router'
import { IconDownload, IconPrinter } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { AuditTable } from '../logs/audit-table.tsx'
import { disclosuresOptions } from '../logs/disclosures-query.ts'
import { PatientChoice } from '../logs/patient-choice.tsx'
import { PrintedHeading } from '../logs/printed-heading.tsx'
import { writeExport, type DisclosuresSearch } from '../logs/search.ts'
import { TimeFilter } from '../logs/time-filter.tsx'
import { Failure } from '../parts/failure.tsx'
import { Page } from '../parts/page.tsx'
import { useDomain } from '../session.ts'
import '../logs/print.css'

export const Route = createLazyRoute('/d/$domain/disclosures')({ component: Disclosures })

function Disclosures() {
  const { t } = useTranslation('logs')
  const { domain } = useDomain()
  const search = Route.useSearch()
  const { patientId, ...time } = search
  const navigate = useNavigate()
  const set = (change: DisclosuresSearch): void =>
    void navigate({ to: '/d/$domain/disclosures', params: { domain }, search: { ...search, ...change } })
  return (
    <Page
      title={t('disclosures.title')}
      lead={t('disclosures.lead')}
      actions={
        patientId !== undefined && (
          <Button
            component="a"
            href={`/api/domains/${encodeURIComponent(domain)}/export/disclosures?${writeExport(search)}`}
            download={`${domain}-patient-${patientId}-disclosures.csv`}
            variant="default"
            leftSection={<IconDownload size={16} aria-hidden />}
          >
            {t('export.csv')}
          </Button>
        )
      }
    >
      <div className="filters" role="search" aria-label={t('filters.label')}>
        <PatientChoice domain={domain} patientId={patientId} onChange={(id) => set({ patientId: id })} />
        <TimeFilter time={time} onChange={set} />
      </div>
      {patientId === undefined ? (
        <Text c="dimmed">{t('disclosures.choose')}</Text>
      ) : (
        <Accounting domain={domain} search={{ ...search, patientId }} />
      )}
    </Page>
  )
}

/** All disclosures of one patient: pages are added until all that is wanted is there, and then printed as one. */
function Accounting({
  domain,
  search,
}: {
  domain: string
  search: DisclosuresSearch & { patientId: string | number }
}) {
  const { t } = useTranslation('logs')
  const { data, error, refetch, hasNextPage, isFetching, fetchNextPage } = useInfiniteQuery(
    disclosuresOptions(domain, search),
  )
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <Loader aria-label={t('loading')} role="status" />
  const events = data.pages.flatMap(({ nodes }) => nodes)
  const print = async (): Promise<void> => {
    for (let more = hasNextPage; more; more = (await fetchNextPage()).hasNextPage);
    window.print()
  }
  if (events.length === 0) return <Text>{t('disclosures.none', { id: search.patientId })}</Text>
  return (
    <Stack>
      <PrintedHeading domain={domain} search={search} />
      <Group justify="space-between" className="unprinted">
        <Text size="sm" c="dimmed">
          {t(hasNextPage ? 'disclosures.some' : 'disclosures.all', { count: events.length })}
        </Text>
        <Button
          leftSection={<IconPrinter size={16} aria-hidden />}
          loading={isFetching}
          onClick={() => void print()}
        >
          {t('disclosures.print')}
        </Button>
      </Group>
      <AuditTable
        domain={domain}
        events={events}
        label={t('disclosures.title')}
        patientId={String(search.patientId)}
      />
      {hasNextPage && (
        <Group className="unprinted">
          <Button variant="default" loading={isFetching} onClick={() => void fetchNextPage()}>
            {t('disclosures.more')}
          </Button>
        </Group>
      )}
    </Stack>
  )
}

import { Button, Group, Pagination, SegmentedControl, Skeleton, Stack, Text, TextInput } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { createLazyRoute, Link, useNavigate, useSearch } from '@tanstack/react-router'
import { IconPlus, IconSearch } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ConsumerCards } from '../consumers/consumer-cards.tsx'
import { ConsumerTable } from '../consumers/consumer-table.tsx'
import { listQuery, nameOf, type ListedConsumer } from '../consumers/list.ts'
import { NoConsumers } from '../consumers/no-consumers.tsx'
import { Failure } from '../parts/failure.tsx'
import { Page } from '../parts/page.tsx'
import type { ListSearch } from '../routes/consumers.ts'
import { useDomain } from '../session.ts'
import '../consumers/consumers.css'

export const Route = createLazyRoute('/d/$domain/consumers')({ component: Consumers })

const pageSize = 25

function Consumers() {
  const { t } = useTranslation('consumers')
  const { domain, maySave } = useDomain()
  const search: ListSearch = useSearch({ from: '/d/$domain/consumers' })
  const navigate = useNavigate({ from: '/d/$domain/consumers' })
  const list = useQuery(listQuery(domain))
  // The field itself keeps what is typed: the address bar follows it.
  const [typed, setTyped] = useState(search.q ?? '')
  const isPhone = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false })
  const change = (changed: ListSearch) =>
    void navigate({ search: (before) => ({ ...before, page: undefined, ...changed }), replace: true })

  const shown = orderBy(
    (list.data ?? []).filter((each) => isMeant(each, { ...search, q: typed })),
    search.order,
  )
  const page = Math.min(search.page ?? 1, Math.max(1, Math.ceil(shown.length / pageSize)))
  const onPage = shown.slice((page - 1) * pageSize, page * pageSize)
  const Shape = isPhone ? ConsumerCards : ConsumerTable
  const create = maySave && (
    <Button
      component={Link}
      to="/d/$domain/consumers/new"
      params={{ domain } as never}
      leftSection={<IconPlus size={16} aria-hidden />}
    >
      {t('list.create')}
    </Button>
  )
  return (
    <Page title={t('list.title')} lead={t('list.lead')} actions={list.data?.length === 0 ? null : create}>
      {list.error && <Failure error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <Skeleton height={280} aria-label={t('loading')} />}
      {list.data?.length === 0 && <NoConsumers action={create} />}
      {list.data && list.data.length > 0 && (
        <Stack gap="md">
          <Group gap="sm" align="flex-end">
            <TextInput
              flex={1}
              miw={180}
              maw={360}
              type="search"
              aria-label={t('list.search')}
              placeholder={t('list.search')}
              leftSection={<IconSearch size={16} aria-hidden />}
              value={typed}
              onChange={(event) => {
                setTyped(event.currentTarget.value)
                change({ q: event.currentTarget.value || undefined })
              }}
            />
            <SegmentedControl
              aria-label={t('list.state')}
              value={search.state ?? 'all'}
              onChange={(value) =>
                change({ state: value === 'all' ? undefined : (value as ListSearch['state']) })
              }
              data={(['all', 'active', 'inactive'] as const).map((value) => ({
                value,
                label: t(`list.states.${value}`),
              }))}
            />
          </Group>
          <Text size="sm" c="dimmed" role="status">
            {shown.length === 0 ? t('list.none') : t('list.count', { count: shown.length })}
          </Text>
          {onPage.length > 0 && (
            <Shape consumers={onPage} order={search.order ?? 'name'} onOrder={(order) => change({ order })} />
          )}
          {shown.length > pageSize && (
            <Pagination
              total={Math.ceil(shown.length / pageSize)}
              value={page}
              onChange={(next) => change({ page: next })}
              getControlProps={(control) => ({ 'aria-label': t(`list.pages.${control}`) })}
            />
          )}
        </Stack>
      )}
    </Page>
  )
}

function isMeant(consumer: ListedConsumer, { q = '', state }: ListSearch): boolean {
  if (state && consumer.active !== (state === 'active')) return false
  return [nameOf(consumer), consumer.issuer].some((text) => fold(text).includes(fold(q.trim())))
}

/** Without accents and capitals: who looks for "clinique a" finds "Clinique À". */
function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
}

function orderBy(consumers: ListedConsumer[], order: ListSearch['order']): ListedConsumer[] {
  const by = {
    lastUsed: ({ lastUsedAt }: ListedConsumer) => Date.parse(lastUsedAt ?? '1970-01-01'),
    requests: ({ requestCount }: ListedConsumer) => requestCount,
    errors: ({ errorCount }: ListedConsumer) => errorCount,
  }
  if (!order || order === 'name') return consumers
  return consumers.toSorted((one, other) => by[order](other) - by[order](one))
}

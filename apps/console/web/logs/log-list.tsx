import { Alert, Box, Skeleton, Stack, Text } from '@mantine/core'
import { IconInbox } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '../parts/failure.tsx'
import type { useLogPage } from './log-page.ts'
import { Pager } from './pager.tsx'

type Log<Page> = Omit<ReturnType<typeof useLogPage>, 'page'> & {
  page: {
    data: Page | undefined
    error: unknown
    isPlaceholderData: boolean
    refetch: () => unknown
  }
}

/** A page of a log as it comes: loading, failed, empty with what to do, or its rows with the ways to the next. */
export function LogList<Page extends { nodes: unknown[] }>({
  log: { page, newer, older, reachOlder },
  isFiltered,
  empty,
  draw,
}: {
  log: Log<Page>
  isFiltered: boolean
  empty: string
  draw: (page: Page) => ReactNode
}) {
  const { t } = useTranslation('logs')
  if (page.error) return <Failure error={page.error} onRetry={() => void page.refetch()} />
  if (!page.data)
    return (
      <Stack gap="xs" aria-busy aria-label={t('loading')} role="status">
        {Array.from({ length: 8 }, (_, at) => (
          <Skeleton key={at} height={38} />
        ))}
      </Stack>
    )
  return (
    <Stack aria-busy={page.isPlaceholderData}>
      {page.data.nodes.length === 0 ? (
        <Alert variant="light" color="gray" icon={<IconInbox aria-hidden />} title={t('empty.title')}>
          <Text size="sm">{isFiltered ? t('empty.filtered') : empty}</Text>
        </Alert>
      ) : (
        <Box>{draw(page.data)}</Box>
      )}
      <Pager newer={newer} older={older} onReach={() => void reachOlder()} />
    </Stack>
  )
}

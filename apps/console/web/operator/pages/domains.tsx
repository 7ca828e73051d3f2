import { Anchor, Button, Group, Skeleton, Table, Text, TextInput } from '@mantine/core'
import { IconPlus, IconSearch } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { askOperator } from '../../graph/ask.ts'
import { graphql } from '../../graph/operator/gql.ts'
import { Failure } from '../../parts/failure.tsx'
import { Page } from '../../parts/page.tsx'
import { DomainFacts } from '../domain-facts.tsx'

const domainsQuery = graphql(`
  query Domains($after: String) {
    domains(first: 100, after: $after) {
      nodes {
        id
        name
        hosts
        enabled
        sandbox
        contract
        state
      }
      pageInfo {
        endCursor
        hasNextPage
      }
    }
  }
`)

/** Every domain of the platform. */
export function Domains() {
  const { t } = useTranslation('operator')
  const [wanted, setWanted] = useState('')
  const list = useInfiniteQuery({
    queryKey: ['domains'],
    queryFn: ({ pageParam }) => askOperator(domainsQuery, { after: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ domains: { pageInfo } }) => (pageInfo.hasNextPage ? pageInfo.endCursor : undefined),
  })
  const all = list.data?.pages.flatMap(({ domains }) => (domains.nodes ?? []).filter((each) => each !== null))
  const text = wanted.trim().toLowerCase()
  const shown = all?.filter(({ name, hosts, contract }) =>
    [name, ...hosts, contract ?? ''].some((each) => each.toLowerCase().includes(text)),
  )
  return (
    <Page
      title={t('domains.title')}
      lead={t('domains.lead')}
      actions={
        <Button
          component={Link}
          to={'/new-domain' as string}
          leftSection={<IconPlus size={16} aria-hidden />}
        >
          {t('domains.new')}
        </Button>
      }
    >
      {list.error && <Failure error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <Skeleton height={200} />}
      {all?.length === 0 && <Text c="dimmed">{t('domains.none')}</Text>}
      {all && shown && all.length > 0 && (
        <>
          <TextInput
            type="search"
            maw={360}
            aria-label={t('domains.search')}
            placeholder={t('domains.search')}
            leftSection={<IconSearch size={16} aria-hidden />}
            value={wanted}
            onChange={(event) => setWanted(event.currentTarget.value)}
          />
          <Table.ScrollContainer minWidth={640} type="native">
            <Table>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t('domains.name')}</Table.Th>
                  <Table.Th>{t('domains.state')}</Table.Th>
                  <Table.Th>{t('domains.hosts')}</Table.Th>
                  <Table.Th>{t('domains.contract')}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {shown.map((domain) => (
                  <Table.Tr key={domain.id}>
                    <Table.Td>
                      <Anchor component={Link} to={`/domains/${domain.name}` as string} size="sm" fw={500}>
                        {domain.name}
                      </Anchor>
                    </Table.Td>
                    <Table.Td>
                      <DomainFacts domain={domain} />
                    </Table.Td>
                    <Table.Td>
                      <Text size="sm">{domain.hosts.join(', ')}</Text>
                    </Table.Td>
                    <Table.Td>
                      <Text size="sm" c={domain.contract ? undefined : 'dimmed'}>
                        {domain.contract ?? t('domains.noContract')}
                      </Text>
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
          {shown.length === 0 && <Text c="dimmed">{t('domains.noneFound')}</Text>}
          {list.hasNextPage && (
            <Group>
              <Button
                variant="default"
                loading={list.isFetchingNextPage}
                onClick={() => void list.fetchNextPage()}
              >
                {t('domains.more')}
              </Button>
            </Group>
          )}
        </>
      )}
    </Page>
  )
}

import { Badge, Table } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { createLazyRoute, Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { askSettings } from '../graph/ask.ts'
import { graphql } from '../graph/settings/gql.ts'
import { Failure } from '../parts/failure.tsx'
import { Page } from '../parts/page.tsx'
import { useDomain } from '../session.ts'

export const Route = createLazyRoute('/d/$domain/consumers')({ component: Consumers })

const consumersQuery = graphql(`
  query Consumers($after: String) {
    consumers(after: $after) {
      nodes {
        id
        name
        active
        lastUsedAt
        requestCount
        errorCount
      }
      pageInfo {
        endCursor
        hasNextPage
      }
    }
  }
`)

function Consumers() {
  const { t } = useTranslation()
  const { domain } = useDomain()
  const list = useQuery({
    queryKey: ['consumers', domain],
    queryFn: () => askSettings(domain, consumersQuery, {}),
  })
  return (
    <Page title={t('navigation.consumers')}>
      {list.error && <Failure error={list.error} onRetry={() => void list.refetch()} />}
      <Table>
        <Table.Tbody>
          {list.data?.consumers.nodes?.map((each) => (
            <Table.Tr key={each?.id}>
              <Table.Td>
                <Link to="/d/$domain/consumers/$id" params={{ domain, id: each?.id ?? '' }}>
                  {each?.name}
                </Link>
              </Table.Td>
              <Table.Td>
                <Badge>{each?.requestCount}</Badge>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Page>
  )
}

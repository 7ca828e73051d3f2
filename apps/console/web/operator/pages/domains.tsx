import { Table } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { askOperator } from '../../graph/ask.ts'
import { graphql } from '../../graph/operator/gql.ts'
import { Failure } from '../../parts/failure.tsx'
import { Page } from '../../parts/page.tsx'

const domainsQuery = graphql(`
  query Domains($after: String) {
    domains(after: $after) {
      nodes {
        id
        name
        hosts
        enabled
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
  const { t } = useTranslation()
  const list = useQuery({ queryKey: ['domains'], queryFn: () => askOperator(domainsQuery, {}) })
  return (
    <Page title={t('navigation.domains')}>
      {list.error && <Failure error={list.error} onRetry={() => void list.refetch()} />}
      <Table>
        <Table.Tbody>
          {list.data?.domains.nodes?.map((each) => (
            <Table.Tr key={each?.id}>
              <Table.Td>{each?.name}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Page>
  )
}

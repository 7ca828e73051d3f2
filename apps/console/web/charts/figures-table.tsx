import { Table } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useBucketWords } from './bucket-words.ts'
import type { Statistics } from './statistics.ts'

/** The figures of charts as a table, newest first; hours and days without requests are left out. */
export function FiguresTable({ statistics }: { statistics: Statistics }) {
  const { t, i18n } = useTranslation('charts')
  const words = useBucketWords(statistics.bucket)
  const number = (value: number | null | undefined): string => value?.toLocaleString(i18n.language) ?? '–'
  return (
    <Table.ScrollContainer
      minWidth={420}
      maxHeight={420}
      scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': t('table.label') } }}
    >
      <Table aria-label={t('table.label')} stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t(`table.${statistics.bucket}`)}</Table.Th>
            <Table.Th className="numbers">{t('kinds.requests')}</Table.Th>
            <Table.Th className="numbers">{t('kinds.errors')}</Table.Th>
            <Table.Th className="numbers">{t('kinds.p95Ms')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {statistics.buckets
            .filter(({ requests }) => requests > 0)
            .toReversed()
            .map((each) => (
              <Table.Tr key={each.startAt}>
                <Table.Td>{words.long(each.startAt)}</Table.Td>
                <Table.Td className="numbers">{number(each.requests)}</Table.Td>
                <Table.Td className="numbers">{number(each.errors)}</Table.Td>
                <Table.Td className="numbers">{number(each.p95Ms)}</Table.Td>
              </Table.Tr>
            ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}

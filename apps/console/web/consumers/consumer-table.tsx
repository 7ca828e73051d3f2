import { Group, Table, UnstyledButton } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { IconArrowNarrowDown, IconArrowNarrowUp } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Ago } from '../parts/time.tsx'
import type { ListSearch } from '../routes/consumers.ts'
import { useDomain } from '../session.ts'
import { ActiveBadge, EndingBadge } from './badges.tsx'
import { nameOf, type ListedConsumer } from './list.ts'

type Order = NonNullable<ListSearch['order']>

const columns: { order: Order; numbers?: boolean }[] = [
  { order: 'name' },
  { order: 'lastUsed' },
  { order: 'requests', numbers: true },
  { order: 'errors', numbers: true },
]

/** Consumers with what they did of late, a row each that leads to its page. */
export function ConsumerTable({
  consumers,
  order,
  onOrder,
}: {
  consumers: ListedConsumer[]
  order: Order
  onOrder: (order: Order | undefined) => void
}) {
  const { t, i18n } = useTranslation('consumers')
  const { domain } = useDomain()
  return (
    <Table.ScrollContainer minWidth={680} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table aria-label={t('list.title')}>
        <Table.Thead>
          <Table.Tr>
            {columns.map((column) => (
              <Table.Th
                key={column.order}
                className={column.numbers ? 'numbers' : undefined}
                aria-sort={column.order !== order ? undefined : order === 'name' ? 'ascending' : 'descending'}
              >
                <UnstyledButton
                  fw={600}
                  fz="sm"
                  onClick={() => onOrder(column.order === 'name' ? undefined : column.order)}
                >
                  <Group gap={2} wrap="nowrap" component="span" display="inline-flex">
                    {t(`list.columns.${column.order}`)}
                    {column.order === order &&
                      (order === 'name' ? (
                        <IconArrowNarrowUp size={14} aria-hidden />
                      ) : (
                        <IconArrowNarrowDown size={14} aria-hidden />
                      ))}
                  </Group>
                </UnstyledButton>
              </Table.Th>
            ))}
            <Table.Th>{t('list.columns.state')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {consumers.map((each) => (
            <Table.Tr key={each.id} className="whole-row">
              <Table.Td fw={550}>
                <Link className="reach" to="/d/$domain/consumers/$id" params={{ domain, id: each.id }}>
                  {nameOf(each)}
                </Link>
              </Table.Td>
              <Table.Td>{each.lastUsedAt ? <Ago at={each.lastUsedAt} /> : t('never')}</Table.Td>
              <Table.Td className="numbers">{each.requestCount.toLocaleString(i18n.language)}</Table.Td>
              <Table.Td
                className="numbers"
                c={each.errorCount > 0 ? 'var(--mantine-color-error)' : undefined}
              >
                {each.errorCount.toLocaleString(i18n.language)}
              </Table.Td>
              <Table.Td>
                <Group gap={6}>
                  <ActiveBadge active={each.active} />
                  <EndingBadge of={each} />
                </Group>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}

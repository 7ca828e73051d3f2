import { Card, Group, Stack, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Ago } from '../parts/time.tsx'
import { useDomain } from '../session.ts'
import { ActiveBadge, EndingBadge } from './badges.tsx'
import { useDayWords } from './day-words.ts'
import { nameOf, type ListedConsumer } from './list.ts'

/** Consumers where there is no room for a table. */
export function ConsumerCards({ consumers }: { consumers: ListedConsumer[] }) {
  const { t } = useTranslation('consumers')
  const dayWords = useDayWords()
  const { domain } = useDomain()
  return (
    <Stack gap="sm" component="ul" className="plain">
      {consumers.map((each) => (
        <Card key={each.id} component="li" withBorder padding="md" className="whole-row">
          <Group justify="space-between" wrap="nowrap" align="flex-start">
            <Link className="reach" to="/d/$domain/consumers/$id" params={{ domain, id: each.id }}>
              <Text component="span" fw={600}>
                {nameOf(each)}
              </Text>
            </Link>
            <ActiveBadge active={each.active} />
          </Group>
          <Text size="sm" mt={4}>
            {dayWords(each)}
          </Text>
          <Text size="sm" c="dimmed" component="div">
            {t('list.columns.lastUsed')}: {each.lastUsedAt ? <Ago at={each.lastUsedAt} /> : t('never')}
          </Text>
          <div>
            <EndingBadge of={each} />
          </div>
        </Card>
      ))}
    </Stack>
  )
}

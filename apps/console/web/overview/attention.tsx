import { Anchor, List, SimpleGrid, Skeleton, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useEndingWords } from '../consumers/badges.tsx'
import { listQuery, nameOf, type ListedConsumer } from '../consumers/list.ts'
import { LogLink } from '../consumers/log-link.tsx'
import { Section } from '../consumers/section.tsx'
import { listEndings } from '../consumers/soon.ts'
import { Failure } from '../parts/failure.tsx'
import { useDomain } from '../session.ts'

/** What somebody should look at: consumers that failed of late, and what ends soon. */
export function Attention() {
  const { t, i18n } = useTranslation('overview')
  const { domain } = useDomain()
  const words = useEndingWords()
  const { data, error, isPending, refetch } = useQuery(listQuery(domain))
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (isPending) return <Skeleton height={120} />
  const failing = data
    .filter(({ errorCount }) => errorCount > 0)
    .sort((one, other) => other.errorCount - one.errorCount)
    .slice(0, 5)
  const endings = data
    .flatMap((consumer) => listEndings(consumer).map((ending) => ({ consumer, ending })))
    .sort((one, other) => one.ending.at.localeCompare(other.ending.at))
    .slice(0, 8)
  const link = (consumer: ListedConsumer, tab?: 'keys' | 'usage') => (
    <Anchor
      fw={550}
      renderRoot={(props) => (
        <Link
          {...props}
          to="/d/$domain/consumers/$id"
          params={{ domain, id: consumer.id }}
          search={{ tab }}
        />
      )}
    >
      {nameOf(consumer)}
    </Anchor>
  )
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }}>
      <Section title={t('failing.title')} text={t('failing.text')}>
        {failing.length === 0 && <Text>{t('failing.none')}</Text>}
        <List spacing="xs" listStyleType="none">
          {failing.map((each) => (
            <List.Item key={each.id}>
              {link(each, 'usage')}{' '}
              {t('failing.of', {
                errors: each.errorCount.toLocaleString(i18n.language),
                requests: each.requestCount.toLocaleString(i18n.language),
              })}{' '}
              <LogLink
                to="/d/$domain/access-log"
                search={{ consumerId: each.id }}
                label={t('failing.logOf', { name: nameOf(each) })}
              >
                {t('failing.log')}
              </LogLink>
            </List.Item>
          ))}
        </List>
      </Section>
      <Section title={t('ending.title')} text={t('ending.text')}>
        {endings.length === 0 && <Text>{t('ending.none')}</Text>}
        <List spacing="xs" listStyleType="none">
          {endings.map(({ consumer, ending }) => (
            <List.Item key={`${consumer.id} ${ending.label} ${ending.at}`}>
              {link(consumer, ending.kind === 'key' ? 'keys' : undefined)}: {words(ending)}
            </List.Item>
          ))}
        </List>
      </Section>
    </SimpleGrid>
  )
}

import { Button, Group, Skeleton, Stack, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { askConsole } from '../graph/ask.ts'
import { Failure } from '../parts/failure.tsx'
import { Section } from '../parts/section.tsx'
import { Moment } from '../parts/time.tsx'
import { pathOf, type AnyRole } from './people-query.ts'
import { useRefusals } from './refusals.ts'

interface PeopleEvent {
  id: string
  at: string
  action: 'INVITED' | 'INVITATION_TAKEN_BACK' | 'JOINED' | 'ROLE_CHANGED' | 'REMOVED'
  actorName: string
  actorRole: AnyRole
  subject: string | null
  role: AnyRole
  earlierRole: AnyRole | null
}

interface EventPage {
  events: PeopleEvent[]
  next: string | null
}

/** What was done about the people of a domain, newest first. */
export function PeopleHistory({ domain }: { domain: string }) {
  const { t } = useTranslation('members')
  const translate = useRefusals()
  const pages = useInfiniteQuery({
    queryKey: ['people-events', domain],
    queryFn: ({ pageParam }) =>
      askConsole<EventPage>(
        'GET',
        `${pathOf(domain)}/people-events${pageParam ? `?before=${pageParam}` : ''}`,
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
  })
  const events = pages.data?.pages.flatMap((page) => page.events) ?? []
  const roleOf = (role: AnyRole | null): string => (role ? t(`roles.${role}.name`) : '')
  return (
    <Section title={t('history.title')} lead={t('history.lead')}>
      {pages.error && <Failure error={translate(pages.error)} onRetry={() => void pages.refetch()} />}
      {pages.isPending && <Skeleton height={80} />}
      {pages.data && events.length === 0 && <Text c="dimmed">{t('history.none')}</Text>}
      <Stack component="ul" className="plain" gap={6}>
        {events.map((event) => (
          <Group component="li" key={event.id} justify="space-between" gap="0 12px">
            <Text size="sm">
              {t(`history.${event.action}`, {
                actor: `${event.actorName}${event.actorRole === 'operator' ? ` (${roleOf('operator')})` : ''}`,
                subject: event.subject ?? t('history.anybody'),
                role: roleOf(event.role),
                earlier: roleOf(event.earlierRole),
              })}
            </Text>
            <Text size="sm" c="dimmed">
              <Moment at={event.at} />
            </Text>
          </Group>
        ))}
      </Stack>
      {pages.hasNextPage && (
        <Group>
          <Button
            size="xs"
            variant="default"
            loading={pages.isFetchingNextPage}
            onClick={() => void pages.fetchNextPage()}
          >
            {t('history.more')}
          </Button>
        </Group>
      )}
    </Section>
  )
}

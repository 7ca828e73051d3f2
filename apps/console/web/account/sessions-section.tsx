import { Badge, Button, Group, Paper, Skeleton, Stack, Text } from '@mantine/core'
import { IconDeviceDesktop } from '@tabler/icons-react'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { askConsole } from '../graph/ask.ts'
import { Failure } from '../parts/failure.tsx'
import { Section } from '../parts/section.tsx'
import { Ago } from '../parts/time.tsx'
import { useRefusals } from '../people/refusals.ts'
import { describeDevice } from './devices.ts'

interface Session {
  id: string
  userAgent: string | null
  address: string | null
  lastSeenAt: string
  current: boolean
}

/** Where one is signed in; any of it can be ended from here, and its next request is refused. */
export function SessionsSection() {
  const { t } = useTranslation('account')
  const translate = useRefusals()
  const queries = useQueryClient()
  const list = useQuery({
    queryKey: ['sessions'],
    queryFn: () => askConsole<{ sessions: Session[] }>('GET', '/sessions'),
  })
  const end = useMutation({
    mutationFn: (id: string | null) => askConsole('DELETE', id === null ? '/sessions' : `/sessions/${id}`),
    onSuccess: () => notifications.show({ message: t('sessions.ended') }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['sessions'] }),
  })
  const sessions = list.data?.sessions ?? []
  return (
    <Section
      title={t('sessions.title')}
      lead={t('sessions.lead')}
      actions={
        sessions.length > 1 && (
          <Button
            variant="default"
            size="xs"
            loading={end.isPending && end.variables === null}
            onClick={() => end.mutate(null)}
          >
            {t('sessions.endOthers')}
          </Button>
        )
      }
    >
      {list.error && <Failure error={translate(list.error)} onRetry={() => void list.refetch()} />}
      {end.error && <Failure error={translate(end.error)} />}
      {list.isPending && <Skeleton height={64} />}
      <Stack component="ul" className="plain" gap="xs">
        {sessions.map(({ id, userAgent, address, lastSeenAt, current }) => {
          const device = describeDevice(userAgent)
          const words = device ? t('sessions.device', { ...device }) : t('sessions.unknownDevice')
          return (
            <Paper component="li" key={id} withBorder p="sm">
              <Group justify="space-between" gap="xs">
                <Group gap="sm" wrap="nowrap">
                  <IconDeviceDesktop size={20} aria-hidden />
                  <div>
                    <Text size="sm" fw={500}>
                      {words}
                    </Text>
                    <Text size="sm" c="dimmed">
                      {address ?? t('sessions.unknownAddress')} · {t('sessions.lastSeen')}{' '}
                      <Ago at={lastSeenAt} />
                    </Text>
                  </div>
                </Group>
                {current ? (
                  <Badge variant="light">{t('sessions.this')}</Badge>
                ) : (
                  <Button
                    size="xs"
                    variant="subtle"
                    aria-label={t('sessions.endThis', { device: words })}
                    loading={end.isPending && end.variables === id}
                    onClick={() => end.mutate(id)}
                  >
                    {t('sessions.end')}
                  </Button>
                )}
              </Group>
            </Paper>
          )
        })}
      </Stack>
    </Section>
  )
}

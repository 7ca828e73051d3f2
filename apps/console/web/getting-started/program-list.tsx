import { Alert, Button, Group, Select, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { IconInfoCircle } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { nameOf } from '../consumers/list.ts'
import { subscriptionsQuery } from '../events/subscriptions.ts'
import { keyFileName } from '../keys/pair.ts'
import { Code } from '../samples/code.tsx'
import { Samples } from '../samples/samples.tsx'
import { useDomain } from '../session.ts'
import { writeBookingSample } from './booking-sample.ts'
import { Checklist } from './checklist.tsx'
import { writeKeyCommands } from './commands.ts'
import { hasBookedQuery, hasKey, type DomainProgress } from './facts.ts'

const firstQuery = '{ patients(first: 3) { totalCount nodes { id fullName } } }'

/** What whoever writes a program does, from a key to the live domain, with code for one of the consumers. */
export function ProgramList({ progress }: { progress: DomainProgress }) {
  const { t } = useTranslation('getting-started')
  const { domain, maySave } = useDomain()
  const { consumers, sandbox, enabled, endpoint, sandboxName } = progress
  const [chosen, setChosen] = useState<string | null>(null)
  const consumer = consumers.find(({ id }) => id === chosen) ?? consumers[0]
  const { data: hasBooked = false } = useQuery(hasBookedQuery(domain, consumer?.id))
  const { data: subscriptions = [] } = useQuery({
    ...subscriptionsQuery(domain, consumer?.id ?? ''),
    enabled: consumer !== undefined,
  })
  const issuer = consumer?.issuer ?? t('program.example')
  const call = { endpoint, issuer, keyFile: keyFileName(issuer), query: firstQuery }
  return (
    <Stack>
      {consumers.length > 0 && (
        <Select
          label={t('program.consumer')}
          description={t('program.consumerText')}
          maw={420}
          searchable
          allowDeselect={false}
          data={consumers.map((each) => ({ value: each.id, label: nameOf(each) }))}
          value={consumer?.id ?? null}
          onChange={setChosen}
        />
      )}
      {!sandbox && (
        <Alert
          color="orange"
          icon={<IconInfoCircle aria-hidden />}
          title={t('program.realTitle', { domain })}
        >
          {t('program.realText')}
        </Alert>
      )}
      <Checklist
        list="program"
        steps={[
          {
            name: 'sandbox',
            done: sandboxName !== undefined,
            children: sandboxName !== undefined && sandboxName !== domain && (
              <Group>
                <Button
                  variant="light"
                  size="xs"
                  renderRoot={(props) => (
                    <Link {...props} to="/d/$domain/getting-started" params={{ domain: sandboxName }} />
                  )}
                >
                  {t('program.sandbox.action', { sandbox: sandboxName })}
                </Button>
              </Group>
            ),
          },
          {
            name: 'key',
            done: consumer !== undefined && hasKey(consumer),
            children: <Code text={writeKeyCommands(call.keyFile)} label={t('command')} />,
          },
          {
            name: 'register',
            done: consumer !== undefined,
            words: { file: `${call.keyFile}.pub` },
            children: maySave && (
              <Group>
                <Button
                  variant="light"
                  size="xs"
                  renderRoot={(props) => (
                    <Link {...props} to="/d/$domain/consumers/new" params={{ domain }} />
                  )}
                >
                  {t('program.register.action')}
                </Button>
              </Group>
            ),
          },
          {
            name: 'query',
            done: Boolean(consumer?.lastUsedAt),
            children: <Samples call={call} />,
          },
          {
            name: 'booking',
            done: hasBooked,
            children: <Code text={writeBookingSample(call)} label={t('program.booking.code')} />,
          },
          {
            name: 'events',
            optional: true,
            done: subscriptions.some(({ lastDeliveredAt }) => lastDeliveredAt),
            children: consumer && (
              <Group>
                <Button
                  variant="light"
                  size="xs"
                  renderRoot={(props) => (
                    <Link
                      {...props}
                      to="/d/$domain/consumers/$id"
                      params={{ domain, id: consumer.id }}
                      search={{ tab: 'events' }}
                    />
                  )}
                >
                  {t('program.events.action')}
                </Button>
              </Group>
            ),
          },
          { name: 'live', done: enabled && !sandbox && Boolean(consumer?.lastUsedAt) },
        ]}
      />
    </Stack>
  )
}

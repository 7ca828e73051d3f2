import { Button, Group, Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { createLazyRoute, Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Traffic } from '../charts/traffic.tsx'
import { listQuery, nameOf } from '../consumers/list.ts'
import { NoConsumers } from '../consumers/no-consumers.tsx'
import { Section } from '../consumers/section.tsx'
import { Attention } from '../overview/attention.tsx'
import { EachConsumer } from '../overview/each-consumer.tsx'
import { Today } from '../overview/today.tsx'
import { Undelivered } from '../overview/undelivered.tsx'
import { Page } from '../parts/page.tsx'
import { useDomain } from '../session.ts'
import '../charts/charts.css'
import '../consumers/consumers.css'

export const Route = createLazyRoute('/d/$domain/overview')({ component: Overview })

function Overview() {
  const { t } = useTranslation('overview')
  const { domain, maySave } = useDomain()
  const { consumer } = useSearch({ from: '/d/$domain/overview' })
  const navigate = useNavigate({ from: '/d/$domain/overview' })
  const { data: list } = useQuery(listQuery(domain))
  if (list?.length === 0)
    return (
      <Page title={t('title', { domain })}>
        <NoConsumers
          action={
            maySave && (
              <Button
                renderRoot={(props) => <Link {...props} to="/d/$domain/consumers/new" params={{ domain }} />}
              >
                {t('create')}
              </Button>
            )
          }
        />
      </Page>
    )
  return (
    <Page title={t('title', { domain })} lead={t('lead')}>
      <Today />
      <Attention />
      <Undelivered />
      <Section title={t('traffic.title')} text={t('traffic.text')}>
        <Group>
          <Select
            label={t('traffic.consumer')}
            searchable
            clearable
            clearButtonProps={{ 'aria-label': t('traffic.all') }}
            placeholder={t('traffic.all')}
            nothingFoundMessage={t('traffic.nobody')}
            data={(list ?? []).map((each) => ({ value: each.id, label: nameOf(each) }))}
            value={consumer ?? null}
            onChange={(id) => void navigate({ search: { consumer: id ?? undefined }, replace: true })}
          />
        </Group>
        <Traffic consumerId={consumer} />
      </Section>
      <Section title={t('each.title')} text={t('each.text')}>
        <EachConsumer />
      </Section>
    </Page>
  )
}

import { Skeleton, Tabs } from '@mantine/core'
import { createLazyRoute, useNavigate, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { DomainList } from '../getting-started/domain-list.tsx'
import { useDomainProgress } from '../getting-started/facts.ts'
import { ProgramList } from '../getting-started/program-list.tsx'
import { Failure } from '../parts/failure.tsx'
import { Page } from '../parts/page.tsx'
import { useDomain } from '../session.ts'
import '../consumers/consumers.css'

export const Route = createLazyRoute('/d/$domain/getting-started')({ component: GettingStarted })

const lists = { domain: DomainList, program: ProgramList }

function GettingStarted() {
  const { t } = useTranslation('getting-started')
  const { domain } = useDomain()
  const { progress, error } = useDomainProgress(domain)
  const { for: list = 'domain' } = useSearch({ from: '/d/$domain/getting-started' })
  const navigate = useNavigate({ from: '/d/$domain/getting-started' })
  return (
    <Page title={t('title')} lead={t('lead')}>
      <Tabs
        value={list}
        keepMounted={false}
        onChange={(next) =>
          void navigate({ search: { for: next === 'program' ? 'program' : undefined }, replace: true })
        }
      >
        <Tabs.List mb="lg">
          <Tabs.Tab value="domain">{t('domain.tab')}</Tabs.Tab>
          <Tabs.Tab value="program">{t('program.tab')}</Tabs.Tab>
        </Tabs.List>
        {Object.entries(lists).map(([name, List]) => (
          <Tabs.Panel key={name} value={name}>
            <h2 className="unseen">{t(`${name as 'domain'}.tab`)}</h2>
            {error ? <Failure error={error} /> : null}
            {!progress && !error && <Skeleton height={420} aria-label={t('loading')} />}
            {progress && <List progress={progress} />}
          </Tabs.Panel>
        ))}
      </Tabs>
    </Page>
  )
}

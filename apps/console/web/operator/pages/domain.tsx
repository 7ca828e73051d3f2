import { Anchor, Divider, Skeleton, Stack, Text } from '@mantine/core'
import { IconArrowLeft } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Failure } from '../../parts/failure.tsx'
import { Page } from '../../parts/page.tsx'
import { Moment } from '../../parts/time.tsx'
import { PeopleOf } from '../../people/people-of.tsx'
import { DomainFacts } from '../domain-facts.tsx'
import { domainQuery } from '../domain-query.ts'
import { DomainService } from '../domain-service.tsx'
import { DomainSettings } from '../domain-settings.tsx'

/** One domain as operators see it: whether it is served, where it is reached, and its people. */
export function DomainPage() {
  const { t } = useTranslation('operator')
  const { name } = useParams({ strict: false }) as { name: string }
  const { data: domain, error, isPending, refetch } = useQuery(domainQuery(name))
  return (
    <Stack>
      <Anchor component={Link} to={'/domains' as string} size="sm">
        <IconArrowLeft size={14} aria-hidden /> {t('domains.title')}
      </Anchor>
      <Page
        title={name}
        lead={
          domain && (
            <>
              {t('domain.created')} <Moment at={domain.createdAt} />
            </>
          )
        }
        actions={domain && <DomainFacts domain={domain} />}
      >
        {error && <Failure error={error} onRetry={() => void refetch()} />}
        {isPending && <Skeleton height={240} />}
        {domain === null && <Text>{t('domain.none')}</Text>}
        {domain && (
          <>
            <DomainService domain={domain} />
            <Divider />
            <DomainSettings key={domain.version} domain={domain} />
            <Divider />
            <PeopleOf domain={name} maySave />
          </>
        )}
      </Page>
    </Stack>
  )
}

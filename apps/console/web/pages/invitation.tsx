import { Button, Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { createLazyRoute } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { askConsole, Refused } from '../graph/ask.ts'
import { Failure } from '../parts/failure.tsx'
import { Page } from '../parts/page.tsx'
import { OpenInvitation, type Invitation as Invited } from '../people/open-invitation.tsx'
import { useRefusals } from '../people/refusals.ts'
import { Bare } from '../shell/bare.tsx'

export const Route = createLazyRoute('/invitation')({ component: Invitation })

function Invitation() {
  const { t } = useTranslation('people')
  const translate = useRefusals()
  const [secret] = useState(() => location.hash.slice(1))
  useEffect(() => {
    // Read once: nobody finds it in the address bar or the history afterwards.
    if (location.hash) history.replaceState(history.state, '', location.pathname)
  }, [])
  const invitation = useQuery({
    queryKey: ['invitation', secret],
    queryFn: () => askConsole<Invited>('POST', '/invitations/open', { secret }),
    enabled: secret !== '',
    retry: false,
    refetchOnWindowFocus: false,
    staleTime: Infinity,
  })
  const { data, error } = invitation
  if (secret === '' || error) {
    const gone = error instanceof Refused && error.code === 'INVITATION_GONE'
    return (
      <Bare>
        <Page
          title={t(gone ? 'invitation.gone' : 'invitation.title')}
          lead={secret === '' ? t('invitation.noSecret') : gone ? t('refusals.INVITATION_GONE') : undefined}
        >
          {error && !gone && <Failure error={translate(error)} onRetry={() => void invitation.refetch()} />}
          <Button component="a" href="/" variant="default">
            {t('invitation.toStart')}
          </Button>
        </Page>
      </Bare>
    )
  }
  return (
    <Bare>
      <Page
        title={t('invitation.title')}
        lead={data && t(`invitation.to.${data.role}`, { domain: data.domain })}
      >
        {data ? <OpenInvitation secret={secret} invitation={data} /> : <Skeleton height={220} />}
      </Page>
    </Bare>
  )
}

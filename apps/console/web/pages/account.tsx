import { Anchor, Divider, Stack } from '@mantine/core'
import { IconArrowLeft } from '@tabler/icons-react'
import { useSuspenseQuery } from '@tanstack/react-query'
import { createLazyRoute, Link, Navigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { NameSection } from '../account/name-section.tsx'
import { PasswordSection } from '../account/password-section.tsx'
import { SecondStepSection } from '../account/second-step-section.tsx'
import { SessionsSection } from '../account/sessions-section.tsx'
import { Page } from '../parts/page.tsx'
import { meQuery } from '../session.ts'
import { Bare } from '../shell/bare.tsx'

export const Route = createLazyRoute('/account')({ component: Account })

function Account() {
  const { t } = useTranslation('account')
  const { data: me } = useSuspenseQuery(meQuery)
  if (!me.user) return <Navigate to="/sign-in" search={{ next: '/account' }} />
  return (
    <Bare wide>
      <Stack>
        <Anchor component={Link} to="/" size="sm">
          <IconArrowLeft size={14} aria-hidden /> {t('back')}
        </Anchor>
        <Page title={t('title')} lead={me.user.email}>
          <NameSection user={me.user} />
          <Divider />
          <PasswordSection />
          <Divider />
          <SecondStepSection user={me.user} />
          <Divider />
          <SessionsSection />
        </Page>
      </Stack>
    </Bare>
  )
}

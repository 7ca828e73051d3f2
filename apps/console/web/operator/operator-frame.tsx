import { Badge, Button } from '@mantine/core'
import { IconBuilding, IconShieldCog } from '@tabler/icons-react'
import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { Navigate, Outlet } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { askConsole } from '../graph/ask.ts'
import { Page } from '../parts/page.tsx'
import { meQuery } from '../session.ts'
import { Bare } from '../shell/bare.tsx'
import { Frame } from '../shell/frame.tsx'

/** What is around the pages of operators: nobody takes them for those of one domain. */
export function OperatorFrame() {
  const { t } = useTranslation()
  const { data: me } = useSuspenseQuery(meQuery)
  if (!me.user) return <Navigate to="/sign-in" />
  if (!me.operator) return <NoOperator email={me.user.email} />
  const groups = [
    {
      label: t('navigation.platform'),
      destinations: [
        { label: t('navigation.domains'), icon: IconBuilding, to: '/domains' },
        { label: t('navigation.operators'), icon: IconShieldCog, to: '/operators' },
      ],
    },
  ]
  return (
    <Frame
      home="/domains"
      operator
      groups={groups}
      user={me.user}
      place={
        <Badge color="orange.5" autoContrast visibleFrom="xs">
          {t('navigation.operators')}
        </Badge>
      }
    >
      <Outlet />
    </Frame>
  )
}

/** Says to whoever has an account and is no operator that nothing is here for them. */
function NoOperator({ email }: { email: string }) {
  const { t } = useTranslation('operator')
  const queries = useQueryClient()
  const signOut = async (): Promise<void> => {
    await askConsole('POST', '/auth/sign-out', {})
    queries.clear()
    location.assign('/sign-in')
  }
  return (
    <Bare>
      <Page title={t('noOperator.title')} lead={t('noOperator.text', { email })}>
        <Button onClick={() => void signOut()}>{t('noOperator.signOut')}</Button>
      </Page>
    </Bare>
  )
}

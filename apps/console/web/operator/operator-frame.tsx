import { useSuspenseQuery } from '@tanstack/react-query'
import { Navigate, Outlet } from '@tanstack/react-router'
import { Badge } from '@mantine/core'
import { IconBuilding } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { meQuery } from '../session.ts'
import { Frame } from '../shell/frame.tsx'

/** What is around the pages of operators. */
export function OperatorFrame() {
  const { t } = useTranslation()
  const { data: me } = useSuspenseQuery(meQuery)
  if (!me.user) return <Navigate to="/sign-in" />
  const groups = [
    {
      label: t('navigation.platform'),
      destinations: [{ label: t('navigation.domains'), icon: IconBuilding, to: '/' }],
    },
  ]
  return (
    <Frame
      home="/"
      groups={groups}
      user={me.user}
      place={<Badge color="orange">{t('navigation.operators')}</Badge>}
    >
      <Outlet />
    </Frame>
  )
}

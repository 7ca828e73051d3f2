import { Badge, Button, Menu, Text } from '@mantine/core'
import { useSuspenseQuery } from '@tanstack/react-query'
import { Link, Navigate, Outlet } from '@tanstack/react-router'
import {
  IconApi,
  IconBook,
  IconChecklist,
  IconClipboardList,
  IconEye,
  IconHistory,
  IconLayoutDashboard,
  IconSelector,
  IconShieldCheck,
  IconSparkles,
  IconTerminal2,
  IconUsers,
} from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { meQuery, useDomain } from '../session.ts'
import { Frame } from './frame.tsx'

/** What is around the pages of one domain. */
export default function DomainFrame() {
  const { t, i18n } = useTranslation()
  const { domain, role } = useDomain()
  const { data: me } = useSuspenseQuery(meQuery)
  if (!me.user) return <Navigate to="/sign-in" />
  const at = `/d/${domain}`
  const reference = i18n.language === 'fr' ? '/fr' : ''
  const groups = [
    {
      label: t('navigation.manage'),
      destinations: [
        { label: t('navigation.overview'), icon: IconLayoutDashboard, to: `${at}/overview` },
        { label: t('navigation.consumers'), icon: IconApi, to: `${at}/consumers` },
        { label: t('navigation.members'), icon: IconUsers, to: `${at}/members` },
      ],
    },
    {
      label: t('navigation.watch'),
      destinations: [
        { label: t('navigation.accessLog'), icon: IconClipboardList, to: `${at}/access-log` },
        { label: t('navigation.auditLog'), icon: IconHistory, to: `${at}/audit-log` },
        { label: t('navigation.disclosures'), icon: IconEye, to: `${at}/disclosures` },
        { label: t('navigation.verification'), icon: IconShieldCheck, to: `${at}/verification` },
      ],
    },
    {
      label: t('navigation.build'),
      destinations: [
        { label: t('navigation.onboarding'), icon: IconChecklist, to: `${at}/getting-started` },
        { label: t('navigation.explorer'), icon: IconTerminal2, to: `${at}/explorer` },
        { label: t('navigation.reference'), icon: IconBook, href: `${reference}/reference/` },
        { label: t('navigation.whatsNew'), icon: IconSparkles, href: `${reference}/whats-new/` },
      ],
    },
  ]
  return (
    <Frame
      home={at}
      groups={groups}
      user={me.user}
      place={
        <>
          {me.memberships.length > 1 ? (
            <Menu position="bottom-start">
              <Menu.Target>
                <Button
                  variant="default"
                  size="xs"
                  rightSection={<IconSelector size={14} aria-hidden />}
                  aria-label={t('domain.choose', { domain })}
                >
                  {domain}
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                {me.memberships.map((each) => (
                  <Menu.Item key={each.domain} component={Link} to={`/d/${each.domain}/overview`}>
                    {each.domain}
                  </Menu.Item>
                ))}
              </Menu.Dropdown>
            </Menu>
          ) : (
            <Text size="sm" c="dimmed" truncate>
              {domain}
            </Text>
          )}
          {role === 'auditor' && (
            <Badge variant="light" color="gray" visibleFrom="xs">
              {t('domain.readOnly')}
            </Badge>
          )}
        </>
      }
    >
      <Outlet />
    </Frame>
  )
}

import { AppShell, Burger, Button, Divider, Group, Menu, NavLink, ScrollArea, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQueryClient } from '@tanstack/react-query'
import { Link, useRouterState } from '@tanstack/react-router'
import { IconChevronDown, IconLogout, IconShieldLock } from '@tabler/icons-react'
import type { ComponentType, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { askConsole } from '../graph/ask.ts'
import type { User } from '../session.ts'
import { LanguageSwitch, SchemeMenu } from './preferences.tsx'

/** A page in the navigation; with `href` one that is no part of the app. */
export interface Destination {
  label: string
  icon: ComponentType<{ size?: number; 'aria-hidden'?: boolean }>
  to?: string
  href?: string
}

/** What is around every page: where one is, where one can go, who one is. */
export function Frame({
  home,
  place,
  groups,
  user,
  children,
}: {
  home: string
  place: ReactNode
  groups: { label: string; destinations: Destination[] }[]
  user: User
  children: ReactNode
}) {
  const { t } = useTranslation()
  const [opened, { toggle, close }] = useDisclosure()
  const path = useRouterState({ select: (state) => state.location.pathname })
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 248, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      padding={{ base: 'md', sm: 'xl' }}
    >
      <a className="skip" href="#main">
        {t('skip')}
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap" gap="xs">
          <Group gap="sm" wrap="nowrap">
            <Burger
              opened={opened}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={t(opened ? 'navigation.close' : 'navigation.open')}
            />
            <Link to={home} className="brand" aria-label="Commonchart">
              <img src="/icon.svg" alt="" width={26} height={26} />
              <Text fw={650} visibleFrom="sm">
                Commonchart
              </Text>
            </Link>
            {place}
          </Group>
          <Group gap="xs" wrap="nowrap">
            <LanguageSwitch />
            <SchemeMenu />
            <UserMenu user={user} />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="sm" aria-label={t('navigation.label')}>
        <AppShell.Section grow component={ScrollArea} type="never">
          {groups.map(({ label, destinations }, at) => (
            <div key={label}>
              {at > 0 && <Divider my="sm" />}
              <Text size="xs" fw={600} c="dimmed" px="sm" pb={4} id={`group-${at}`}>
                {label}
              </Text>
              <ul className="plain" aria-labelledby={`group-${at}`}>
                {destinations.map(({ label: words, icon: Icon, to, href }) => {
                  const active = to !== undefined && (path === to || path.startsWith(`${to}/`))
                  const common = {
                    label: words,
                    active,
                    leftSection: <Icon size={18} aria-hidden />,
                    onClick: close,
                  }
                  return (
                    <li key={words}>
                      {to === undefined ? (
                        <NavLink {...common} component="a" href={href} />
                      ) : (
                        <NavLink
                          {...common}
                          component={Link}
                          to={to}
                          aria-current={active ? 'page' : undefined}
                        />
                      )}
                    </li>
                  )
                })}
              </ul>
            </div>
          ))}
        </AppShell.Section>
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1}>
        {children}
      </AppShell.Main>
    </AppShell>
  )
}

function UserMenu({ user }: { user: User }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const initials = user.name
    .split(/\s+/)
    .map((part) => part.charAt(0).toUpperCase())
    .slice(0, 2)
    .join('')
  const signOut = async (): Promise<void> => {
    await askConsole('POST', '/auth/sign-out', {})
    queries.clear()
    location.assign('/sign-in')
  }
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          px="xs"
          rightSection={<IconChevronDown size={14} aria-hidden />}
          // What is seen is part of what is said: whoever speaks to the page says what they see.
          aria-label={`${initials}: ${t('account.menu', { name: user.name })}`}
        >
          {initials}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {user.name}
          <br />
          {user.email}
        </Menu.Label>
        <Menu.Item component={Link} to="/account" leftSection={<IconShieldLock size={16} aria-hidden />}>
          {t('account.security')}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => void signOut()}>
          {t('account.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

import { Center, Group, Paper, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { LanguageSwitch, SchemeMenu } from './preferences.tsx'

/** What is around a page for people who are not signed in, or that is of no domain; `wide` for more than a form. */
export function Bare({ children, wide = false }: { children: ReactNode; wide?: boolean }) {
  return (
    <Stack mih="100vh" p="md" gap="xl">
      <Group component="header" justify="space-between">
        <Group gap="sm">
          <img src="/icon.svg" alt="" width={26} height={26} />
          <Text fw={650}>Commonchart</Text>
        </Group>
        <Group gap="xs">
          <LanguageSwitch />
          <SchemeMenu />
        </Group>
      </Group>
      <Center component="main" id="main" flex={1} pb={80}>
        <Paper withBorder p={{ base: 'md', sm: 'xl' }} w="100%" maw={wide ? 760 : 440} shadow="sm">
          {children}
        </Paper>
      </Center>
    </Stack>
  )
}

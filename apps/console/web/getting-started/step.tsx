import { Badge, Card, Group, Stack, Text, ThemeIcon, Title } from '@mantine/core'
import { IconCheck, IconPlus } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

/** A step of a checklist: whether it is done is told by the facts, not ticked. One without a number is optional. */
export function Step({
  number,
  done,
  title,
  text,
  children,
}: {
  number: number | null
  done: boolean
  title: string
  text: string
  children?: ReactNode
}) {
  const { t } = useTranslation('getting-started')
  return (
    <Card component="li" withBorder padding="lg">
      <Group align="flex-start" wrap="nowrap" gap="md">
        <ThemeIcon
          radius="xl"
          size={32}
          variant={done ? 'filled' : 'light'}
          color={done ? 'clinic' : 'gray'}
          aria-hidden
        >
          {done ? <IconCheck size={18} /> : (number ?? <IconPlus size={18} />)}
        </ThemeIcon>
        <Stack gap="sm" flex={1} miw={0}>
          <div>
            <Group gap="sm">
              <Title order={3} size="h5">
                {title}
              </Title>
              <Badge variant="light" color={done ? 'clinic' : 'gray'}>
                {t(done ? 'done' : number === null ? 'optional' : 'open')}
              </Badge>
            </Group>
            <Text size="sm" mt={2}>
              {text}
            </Text>
          </div>
          {children}
        </Stack>
      </Group>
    </Card>
  )
}

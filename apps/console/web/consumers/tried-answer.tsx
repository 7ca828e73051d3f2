import { Anchor, Badge, Group, Stack, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Code } from '../samples/code.tsx'
import { useDomain } from '../session.ts'

/** What the API answered. */
export interface Tried {
  status: number
  durationMs: number
  requestId: string | null
  text: string
}

/** An answer of the API with how long it took, and the way to its record. */
export function TriedAnswer({ tried: { status, durationMs, requestId, text } }: { tried: Tried }) {
  const { t, i18n } = useTranslation('try-it')
  const { domain } = useDomain()
  const isFine = status === 200 && !/^ {2}"errors"/m.test(text)
  return (
    <Stack gap="xs">
      <Group gap="sm" role="status">
        <Badge color={isFine ? 'clinic' : 'red'} variant="light">
          {t('answer.status', { status })}
        </Badge>
        <Text size="sm">{t('answer.time', { ms: durationMs.toLocaleString(i18n.language) })}</Text>
        {requestId && (
          <Anchor
            size="sm"
            renderRoot={(props) => (
              <Link {...props} to="/d/$domain/access-log/$id" params={{ domain, id: requestId }} />
            )}
          >
            {t('answer.record')}
          </Anchor>
        )}
      </Group>
      <Code text={text} label={t('answer.label')} />
    </Stack>
  )
}

import { Alert, Button, Code, List, Stack, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Refused } from '../graph/ask.ts'

/** Says what went wrong, in the words of whoever refused, with the code and the request's id for whoever looks into it. */
export function Failure({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useTranslation()
  const refused = error instanceof Refused ? error : null
  return (
    <Alert color="red" icon={<IconAlertTriangle aria-hidden />} title={t('failure.title')} role="alert">
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{refused?.message ?? t('failure.unreachable')}</Text>
        {refused && refused.violations.length > 0 && (
          <List size="sm">
            {refused.violations.map((each) => (
              <List.Item key={`${each.path} ${each.rule}`}>{each.message}</List.Item>
            ))}
          </List>
        )}
        {refused && (
          <Text size="xs" c="dimmed">
            <Code>{refused.code}</Code>
            {refused.requestId && ` ${t('failure.request')} ${refused.requestId}`}
          </Text>
        )}
        {onRetry && (
          <Button size="xs" variant="default" onClick={onRetry}>
            {t('failure.retry')}
          </Button>
        )}
      </Stack>
    </Alert>
  )
}

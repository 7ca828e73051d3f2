import { Checkbox, Code, Fieldset, Stack, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { topicGroups, topicKey } from './topics.ts'

/** What to be told of, in plain words, with the name that deliveries bear. */
export function TopicChoices({
  value,
  error,
  onChange,
}: {
  value: string[]
  error?: string
  onChange: (topics: string[]) => void
}) {
  const { t } = useTranslation('events')
  return (
    <Stack gap="sm">
      {(['appointments', 'patients'] as const).map((group) => (
        <Fieldset key={group} legend={t(`topicGroups.${group}`)}>
          <Stack gap="sm">
            {topicGroups[group].map((topic) => (
              <Checkbox
                key={topic}
                label={t(`topics.${topicKey(topic)}`)}
                description={<Code>{topic}</Code>}
                checked={value.includes(topic)}
                onChange={({ currentTarget: { checked } }) =>
                  onChange(checked ? [...value, topic] : value.filter((each) => each !== topic))
                }
              />
            ))}
          </Stack>
        </Fieldset>
      ))}
      {error && (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          {error}
        </Text>
      )}
    </Stack>
  )
}

import { Stack, TextInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import { useTranslation } from 'react-i18next'
import { Section } from '../consumers/section.tsx'
import { TopicChoices } from './topic-choices.tsx'

/** What people say of a subscription. */
export interface SubscriptionValues {
  name: string
  url: string
  topics: string[]
}

/** The names of the fields, at which the graph's refusals are said. */
export const subscriptionFields = ['name', 'url', 'topics']

/** What is wrong with what was typed before it is sent. */
export function useValidation() {
  const { t } = useTranslation('events')
  return {
    name: (name: string) => (name.trim() === '' ? t('fields.nameMissing') : null),
    url: (url: string) => (URL.canParse(url.trim()) ? null : t('fields.urlMissing')),
    topics: (topics: string[]) => (topics.length === 0 ? t('fields.topicsMissing') : null),
  }
}

/** The fields of a subscription: what it is called, where it delivers to, what it tells of. */
export function SubscriptionFields({
  form,
  errors,
}: {
  form: UseFormReturnType<SubscriptionValues>
  errors: Record<string, string>
}) {
  const { t } = useTranslation('events')
  return (
    <>
      <Section title={t('create.where')}>
        <TextInput
          label={t('fields.name')}
          description={t('fields.nameText')}
          required
          maxLength={255}
          autoComplete="off"
          {...form.getInputProps('name')}
          error={form.errors.name ?? errors.name}
        />
        <TextInput
          label={t('fields.url')}
          description={t('fields.urlText')}
          placeholder="https://portal.example.org/events"
          type="url"
          required
          maxLength={2000}
          autoComplete="off"
          spellCheck={false}
          {...form.getInputProps('url')}
          error={form.errors.url ?? errors.url}
        />
      </Section>
      <Section title={t('create.topics')} text={t('create.topicsText')}>
        <Stack gap="xs">
          <TopicChoices
            value={form.values.topics}
            error={(form.errors.topics as string | undefined) ?? errors.topics}
            onChange={(topics) => form.setFieldValue('topics', topics)}
          />
        </Stack>
      </Section>
    </>
  )
}

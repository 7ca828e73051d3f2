import { Alert, Button, Group, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQueryClient } from '@tanstack/react-query'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { graphql } from '../graph/settings/gql.ts'
import { Failure } from '../parts/failure.tsx'
import { tell } from '../parts/tell.ts'
import { useDomain } from '../session.ts'
import { isConflict, useChange, type Consumer } from './one.ts'
import { errorsOf, isSaidAtFields } from './refusals.ts'
import { RestrictionFields } from './restriction-fields.tsx'
import { restrictionsOf, toInput } from './restrictions.ts'
import { Section } from './section.tsx'

const updateDocument = graphql(`
  mutation UpdateConsumer($input: UpdateConsumerInput!) {
    updateConsumer(input: $input) {
      consumer {
        id
      }
    }
  }
`)

const fields = ['name', 'issuer', 'audience', 'scopes', 'ipRanges', 'expiresAt', 'requestsPerMinute']

/** Changes what a consumer is called and held to, if it still is what the form was filled with. */
export function EditForm({ consumer, onClose }: { consumer: Consumer; onClose: () => void }) {
  const { t } = useTranslation('consumers')
  const { domain } = useDomain()
  const queries = useQueryClient()
  const form = useForm({
    initialValues: {
      // What somebody sees when the form opens is what they change, whatever is asked for anew meanwhile.
      version: consumer.version,
      name: consumer.name ?? '',
      issuer: consumer.issuer,
      ...restrictionsOf(consumer),
    },
    validate: { name: (name) => (name.trim() === '' ? t('fields.nameMissing') : null) },
  })
  const update = useChange(updateDocument, () => {
    tell(t('one.saved'))
    onClose()
  })
  const errors = errorsOf(update.error)
  const send = ({ version, name, issuer, ...restrictions }: typeof form.values): void => {
    const given = toInput(restrictions)
    // To the minute is what the input knows: a moment that nobody touched stays as exact as it is.
    const untouched = !form.isDirty('expiresAt')
    update.mutate({
      input: {
        ...{ id: consumer.id, expectedVersion: version, name: name.trim(), issuer, ...given },
        ...(untouched && { expiresAt: consumer.expiresAt ?? null }),
      },
    })
  }
  const reload = async (): Promise<void> => {
    await queries.invalidateQueries({ queryKey: ['consumers', domain] })
    onClose()
  }
  return (
    <form onSubmit={form.onSubmit(send)} noValidate>
      <Stack maw={760}>
        <Section title={t('create.program')}>
          <TextInput
            label={t('fields.name')}
            required
            maxLength={255}
            autoFocus
            {...form.getInputProps('name')}
            error={form.errors.name ?? errors.name}
          />
          <TextInput
            label={t('fields.issuer')}
            description={
              form.values.issuer === consumer.issuer ? t('fields.issuerText') : t('one.issuerMoves')
            }
            required
            maxLength={255}
            spellCheck={false}
            {...form.getInputProps('issuer')}
            error={errors.issuer}
          />
        </Section>
        <Section title={t('create.restrictions')} text={t('one.restrictionsText')}>
          <RestrictionFields form={form} errors={errors} />
        </Section>
        {isConflict(update.error) ? (
          <Alert
            color="orange"
            role="alert"
            icon={<IconAlertTriangle aria-hidden />}
            title={t('conflict.title')}
          >
            <Stack gap="xs" align="flex-start">
              {t('conflict.text')}
              <Button size="xs" variant="default" onClick={() => void reload()}>
                {t('conflict.reload')}
              </Button>
            </Stack>
          </Alert>
        ) : (
          update.error && !isSaidAtFields(update.error, fields) && <Failure error={update.error} />
        )}
        <Group>
          <Button type="submit" loading={update.isPending}>
            {t('save')}
          </Button>
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

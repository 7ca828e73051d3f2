import { Alert, Button, Group, Stack } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQueryClient } from '@tanstack/react-query'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { isConflict } from '../consumers/one.ts'
import { errorsOf, isSaidAtFields } from '../consumers/refusals.ts'
import { graphql } from '../graph/settings/gql.ts'
import { Failure } from '../parts/failure.tsx'
import { tell } from '../parts/tell.ts'
import { useDomain } from '../session.ts'
import { SubscriptionFields, subscriptionFields, useValidation } from './subscription-fields.tsx'
import { useEventChange, type Subscription } from './subscriptions.ts'

const updateDocument = graphql(`
  mutation UpdateSubscription($input: UpdateEventSubscriptionInput!) {
    updateEventSubscription(input: $input) {
      subscription {
        id
      }
    }
  }
`)

/** Changes what a subscription is called, where it delivers to and what it tells of, if it still is what the form was filled with. */
export function EditSubscription({
  subscription,
  onClose,
}: {
  subscription: Subscription
  onClose: () => void
}) {
  const { t } = useTranslation('events')
  const { domain } = useDomain()
  const queries = useQueryClient()
  const { id, name, url, topics, version } = subscription
  const form = useForm({
    // The version is that of when the form opened, whatever is asked for anew meanwhile.
    initialValues: { name, url, topics, version },
    validate: useValidation(),
  })
  const update = useEventChange(updateDocument, () => {
    tell(t('edit.saved'))
    onClose()
  })
  const send = ({ version, ...values }: typeof form.values): void =>
    update.mutate({
      input: {
        ...{ id, expectedVersion: version },
        ...{ name: values.name.trim(), url: values.url.trim(), topics: values.topics },
      },
    })
  const reload = async (): Promise<void> => {
    await queries.invalidateQueries({ queryKey: ['events', domain] })
    onClose()
  }
  return (
    <form noValidate onSubmit={form.onSubmit(send)}>
      <Stack maw={760}>
        <SubscriptionFields form={form as never} errors={errorsOf(update.error)} />
        {isConflict(update.error) ? (
          <Alert
            color="orange"
            role="alert"
            icon={<IconAlertTriangle aria-hidden />}
            title={t('edit.conflict')}
          >
            <Stack gap="xs" align="flex-start">
              {t('edit.conflictText')}
              <Button size="xs" variant="default" onClick={() => void reload()}>
                {t('edit.reload')}
              </Button>
            </Stack>
          </Alert>
        ) : (
          update.error &&
          !isSaidAtFields(update.error, subscriptionFields) && <Failure error={update.error} />
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

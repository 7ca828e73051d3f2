import { Button, Group, Stack } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { errorsOf, isSaidAtFields } from '../consumers/refusals.ts'
import { graphql } from '../graph/settings/gql.ts'
import type { CreateSubscriptionMutation } from '../graph/settings/graphql.ts'
import { Failure } from '../parts/failure.tsx'
import { ButtonLink } from '../parts/links.tsx'
import { useDomain } from '../session.ts'
import { SecretOnce } from './secret-once.tsx'
import {
  SubscriptionFields,
  subscriptionFields,
  useValidation,
  type SubscriptionValues,
} from './subscription-fields.tsx'
import { useEventChange } from './subscriptions.ts'
import { topics } from './topics.ts'

const createDocument = graphql(`
  mutation CreateSubscription($input: CreateEventSubscriptionInput!) {
    createEventSubscription(input: $input) {
      subscription {
        id
        name
      }
      secret
    }
  }
`)

type Created = NonNullable<CreateSubscriptionMutation['createEventSubscription']>

/** Subscribes a consumer, and then shows the secret, which is kept nowhere in the page. */
export function NewSubscriptionForm({ consumerId }: { consumerId: string }) {
  const { t } = useTranslation('events')
  const { domain } = useDomain()
  const [created, setCreated] = useState<Created | null>(null)
  const form = useForm<SubscriptionValues>({
    initialValues: { name: '', url: '', topics },
    validate: useValidation(),
  })
  const create = useEventChange(createDocument, ({ createEventSubscription }) => {
    if (createEventSubscription) setCreated(createEventSubscription)
  })
  const params = { domain, id: consumerId }
  if (created)
    return (
      <Stack maw={760}>
        <SecretOnce secret={created.secret}>
          <ButtonLink
            to="/d/$domain/consumers/$id/events/$subscription"
            params={{ ...params, subscription: created.subscription.id }}
          >
            {t('secret.kept')}
          </ButtonLink>
        </SecretOnce>
      </Stack>
    )
  const errors = errorsOf(create.error)
  return (
    <form
      noValidate
      onSubmit={form.onSubmit(({ name, url, topics }) =>
        create.mutate({ input: { consumerId, name: name.trim(), url: url.trim(), topics } }),
      )}
    >
      <Stack maw={760}>
        <SubscriptionFields form={form} errors={errors} />
        {create.error && !isSaidAtFields(create.error, subscriptionFields) && (
          <Failure error={create.error} />
        )}
        <Group>
          <Button type="submit" loading={create.isPending}>
            {t('create.action')}
          </Button>
          <ButtonLink
            variant="default"
            to="/d/$domain/consumers/$id"
            params={params}
            search={{ tab: 'events' }}
          >
            {t('cancel')}
          </ButtonLink>
        </Group>
      </Stack>
    </form>
  )
}

import { Button, Code, Group, Modal, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Section } from '../consumers/section.tsx'
import { graphql } from '../graph/settings/gql.ts'
import { Confirm } from '../parts/confirm.tsx'
import { Failure } from '../parts/failure.tsx'
import { tell } from '../parts/tell.ts'
import { Ago } from '../parts/time.tsx'
import { useDomain } from '../session.ts'
import { SecretOnce } from './secret-once.tsx'
import { useEventChange, type Subscription } from './subscriptions.ts'

const addDocument = graphql(`
  mutation AddSubscriptionSecret($input: AddEventSubscriptionSecretInput!) {
    addEventSubscriptionSecret(input: $input) {
      secret
    }
  }
`)

const removeDocument = graphql(`
  mutation RemoveSubscriptionSecret($input: RemoveEventSubscriptionSecretInput!) {
    removeEventSubscriptionSecret(input: $input) {
      subscription {
        id
      }
    }
  }
`)

type Secret = Subscription['secrets'][number]

/** The secrets that sign deliveries, and how one is changed without a gap: two hold at once. */
export function SecretsSection({ subscription: { id, secrets } }: { subscription: Subscription }) {
  const { t } = useTranslation('events')
  const { maySave } = useDomain()
  const [removed, setRemoved] = useState<Secret | null>(null)
  const add = useEventChange(addDocument)
  const added = add.data?.addEventSubscriptionSecret
  return (
    <Section title={t('secrets.title')} text={t('secrets.text')}>
      <Stack component="ul" className="plain" gap="xs">
        {secrets.map((secret) => (
          <Group component="li" key={secret.id} justify="space-between" gap="sm">
            <Text size="sm" component="div">
              <Code>whsec_…{secret.lastFour}</Code> {t('secrets.made')} <Ago at={secret.createdAt} />
            </Text>
            {maySave && secrets.length > 1 && (
              <Button
                size="xs"
                variant="default"
                aria-label={t('secrets.removeOne', { lastFour: secret.lastFour })}
                onClick={() => setRemoved(secret)}
              >
                {t('secrets.remove')}
              </Button>
            )}
          </Group>
        ))}
      </Stack>
      <Text size="sm">{t(secrets.length > 1 ? 'secrets.two' : 'secrets.one')}</Text>
      {add.error && <Failure error={add.error} />}
      {maySave && secrets.length === 1 && (
        <Group>
          <Button variant="light" loading={add.isPending} onClick={() => add.mutate({ input: { id } })}>
            {t('secrets.add')}
          </Button>
        </Group>
      )}
      <Modal
        opened={added !== undefined && added !== null}
        onClose={() => add.reset()}
        size="lg"
        title={t('secrets.added')}
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        <SecretOnce secret={added?.secret}>
          <Button onClick={() => add.reset()}>{t('secret.done')}</Button>
        </SecretOnce>
      </Modal>
      {removed && <RemoveSecret id={id} secret={removed} onClose={() => setRemoved(null)} />}
    </Section>
  )
}

function RemoveSecret({ id, secret, onClose }: { id: string; secret: Secret; onClose: () => void }) {
  const { t } = useTranslation('events')
  const remove = useEventChange(removeDocument, () => {
    tell(t('secrets.removed'))
    onClose()
  })
  return (
    <Confirm
      opened
      title={t('secrets.removeTitle', { lastFour: secret.lastFour })}
      action={t('secrets.removeAction')}
      danger
      pending={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate({ input: { id, secretId: secret.id } })}
      onClose={onClose}
    >
      {t('secrets.removeText')}
    </Confirm>
  )
}

import { Button, Text } from '@mantine/core'
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { graphql } from '../graph/settings/gql.ts'
import { Confirm } from '../parts/confirm.tsx'
import { tell } from '../parts/tell.ts'
import { countWaiting, useEventChange, type Subscription } from './subscriptions.ts'

const pauseDocument = graphql(`
  mutation PauseSubscription($input: PauseEventSubscriptionInput!) {
    pauseEventSubscription(input: $input) {
      subscription {
        id
      }
    }
  }
`)

const resumeDocument = graphql(`
  mutation ResumeSubscription($input: ResumeEventSubscriptionInput!) {
    resumeEventSubscription(input: $input) {
      subscription {
        id
      }
    }
  }
`)

const endDocument = graphql(`
  mutation EndSubscription($input: DeactivateEventSubscriptionInput!) {
    deactivateEventSubscription(input: $input) {
      subscription {
        id
      }
    }
  }
`)

/** Pauses a subscription or goes on with it, after saying what that does. */
export function PauseSwitch({ subscription }: { subscription: Subscription }) {
  const { t, i18n } = useTranslation('events')
  const [asked, setAsked] = useState(false)
  const { id, name, state, waiting } = subscription
  const done = (): void => {
    setAsked(false)
    tell(t(`${kind}.done`, { name }))
  }
  const pause = useEventChange(pauseDocument, done)
  const resume = useEventChange(resumeDocument, done)
  const runs = state === 'ACTIVE' || state === 'FAILING'
  const kind = runs ? 'pause' : 'resume'
  const change = runs ? pause : resume
  const Icon = runs ? IconPlayerPause : IconPlayerPlay
  return (
    <>
      <Button
        variant={runs ? 'default' : 'filled'}
        leftSection={<Icon size={16} aria-hidden />}
        onClick={() => {
          change.reset()
          setAsked(true)
        }}
      >
        {t(`${kind}.action`)}
      </Button>
      <Confirm
        opened={asked}
        title={t(`${kind}.title`, { name })}
        action={t(`${kind}.action`)}
        pending={change.isPending}
        error={change.error}
        onConfirm={() => change.mutate({ input: { id } })}
        onClose={() => setAsked(false)}
      >
        {t(`${kind}.text`, { count: waiting, number: countWaiting(waiting, i18n.language) })}
      </Confirm>
    </>
  )
}

/** Ends a subscription for good, after saying so. */
export function EndSubscription({ subscription: { id, name } }: { subscription: Subscription }) {
  const { t } = useTranslation('events')
  const [asked, setAsked] = useState(false)
  const end = useEventChange(endDocument, () => {
    setAsked(false)
    tell(t('end.done', { name }))
  })
  return (
    <>
      <Button variant="default" c="var(--mantine-color-error)" onClick={() => setAsked(true)}>
        {t('end.open')}
      </Button>
      <Confirm
        opened={asked}
        title={t('end.title', { name })}
        action={t('end.action')}
        danger
        pending={end.isPending}
        error={end.error}
        onConfirm={() => end.mutate({ input: { id } })}
        onClose={() => setAsked(false)}
      >
        <Text>{t('end.text')}</Text>
      </Confirm>
    </>
  )
}

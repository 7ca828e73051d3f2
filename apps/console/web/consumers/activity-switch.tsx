import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { IconCopyPlus, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { graphql } from '../graph/settings/gql.ts'
import { Confirm } from '../parts/confirm.tsx'
import { tell } from '../parts/tell.ts'
import { useDomain } from '../session.ts'
import { nameOf } from './list.ts'
import { useChange, type Consumer } from './one.ts'

const activateDocument = graphql(`
  mutation ActivateConsumer($input: ActivateConsumerInput!) {
    activateConsumer(input: $input) {
      consumer {
        id
      }
    }
  }
`)

const deactivateDocument = graphql(`
  mutation DeactivateConsumer($input: DeactivateConsumerInput!) {
    deactivateConsumer(input: $input) {
      consumer {
        id
      }
    }
  }
`)

/** Deactivates a consumer or activates it again, after saying what that does; and the way to a copy of it. */
export function ActivitySwitch({ consumer }: { consumer: Consumer }) {
  const { t } = useTranslation('consumers')
  const { domain, maySave } = useDomain()
  const [asked, setAsked] = useState(false)
  const { active, id } = consumer
  const name = nameOf(consumer)
  const done = (): void => {
    setAsked(false)
    tell(t(`${kind}.done`, { name }))
  }
  const activate = useChange(activateDocument, done)
  const deactivate = useChange(deactivateDocument, done)
  const kind = active ? 'deactivate' : 'activate'
  const change = active ? deactivate : activate
  if (!maySave) return null
  const Icon = active ? IconPlayerPause : IconPlayerPlay
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconCopyPlus size={16} aria-hidden />}
        renderRoot={(props) => (
          <Link {...props} to="/d/$domain/consumers/new" params={{ domain }} search={{ copy: id }} />
        )}
      >
        {t('one.copy')}
      </Button>
      <Button
        variant={active ? 'default' : 'filled'}
        c={active ? 'var(--mantine-color-error)' : undefined}
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
        danger={active}
        pending={change.isPending}
        error={change.error}
        onConfirm={() => change.mutate({ input: { id } })}
        onClose={() => setAsked(false)}
      >
        {t(`${kind}.text`, { name })}
      </Confirm>
    </>
  )
}

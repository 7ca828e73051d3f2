import { Button } from '@mantine/core'
import { IconSend } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { graphql } from '../graph/settings/gql.ts'
import { Confirm } from '../parts/confirm.tsx'
import { useEventChange } from './subscriptions.ts'
import type { TestedDelivery } from './test-result.tsx'

const testDocument = graphql(`
  mutation SendTestEvent($input: SendTestEventInput!) {
    sendTestEvent(input: $input) {
      delivery {
        id
        status
        attempts {
          durationMs
          status
          error
        }
      }
    }
  }
`)

/** Sends one event without a change behind it, and gives what came of it. */
export function TestEvent({
  id,
  onTested,
}: {
  id: string
  onTested: (delivery: TestedDelivery | null) => void
}) {
  const { t } = useTranslation('events')
  const test = useEventChange(testDocument, ({ sendTestEvent }) => onTested(sendTestEvent?.delivery ?? null))
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconSend size={16} aria-hidden />}
        loading={test.isPending}
        onClick={() => test.mutate({ input: { id } })}
      >
        {t('test.action')}
      </Button>
      <Confirm
        opened={test.isError}
        title={t('test.refused')}
        action={t('test.again')}
        pending={test.isPending}
        error={test.error}
        onConfirm={() => test.mutate({ input: { id } })}
        onClose={() => test.reset()}
      >
        {t('test.refusedText')}
      </Confirm>
    </>
  )
}

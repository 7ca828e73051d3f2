import { useTranslation } from 'react-i18next'
import { graphql } from '../graph/settings/gql.ts'
import { tell } from '../parts/tell.ts'
import { useEventChange } from './subscriptions.ts'

const resendDocument = graphql(`
  mutation ResendEvents($input: ResendEventsInput!) {
    resendEvents(input: $input) {
      queued
    }
  }
`)

/** Has events delivered again, and says how many. */
export function useResend(onDone?: () => void) {
  const { t } = useTranslation('events')
  return useEventChange(resendDocument, ({ resendEvents }) => {
    if (resendEvents) tell(t('resend.done', { count: resendEvents.queued }))
    onDone?.()
  })
}

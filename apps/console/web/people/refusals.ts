import { useTranslation } from 'react-i18next'
import { Refused } from '../graph/ask.ts'

/**
 * Gives what puts a refusal of the console's own server, or of better-auth, into the reader's language by its code. What has no
 * text of its own stays as it was said.
 */
export function useRefusals(): (error: unknown) => unknown {
  const { t, i18n } = useTranslation('people')
  return (error) => {
    if (!(error instanceof Refused)) return error
    const { code, status, violations, requestId, retryAfterSeconds } = error
    const key = code === 'TOO_MANY_REQUESTS' && retryAfterSeconds === null ? `${code}_LATER` : code
    if (!i18n.exists(`people:refusals.${key}`)) return error
    const message = t(`refusals.${key}`, { seconds: retryAfterSeconds })
    return new Refused(message, { code, status, violations, requestId, retryAfterSeconds })
  }
}

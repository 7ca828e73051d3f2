import { useTranslation } from 'react-i18next'

/** How an hour or a day of UTC is called on an axis and in a table, in the reader's language. */
export function useBucketWords(bucket: 'HOUR' | 'DAY'): Record<'short' | 'long', (at: string) => string> {
  const { i18n } = useTranslation()
  // A day is one of UTC, and is called so whatever the reader's zone; an hour is one of the reader's own.
  const zone = bucket === 'DAY' ? { timeZone: 'UTC' } : {}
  const shape: Intl.DateTimeFormatOptions =
    bucket === 'DAY' ? { day: 'numeric', month: 'short' } : { hour: '2-digit', minute: '2-digit' }
  const long: Intl.DateTimeFormatOptions =
    bucket === 'DAY' ? { dateStyle: 'full' } : { weekday: 'short', day: 'numeric', month: 'short', ...shape }
  return {
    short: (at) => new Date(at).toLocaleString(i18n.language, { ...shape, ...zone }),
    long: (at) => new Date(at).toLocaleString(i18n.language, { ...long, ...zone }),
  }
}

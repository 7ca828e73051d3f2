import { useTranslation } from 'react-i18next'

/** How it is said what a consumer did in the last 24 hours. */
export function useDayWords(): (did: { requestCount: number; errorCount: number }) => string {
  const { t, i18n } = useTranslation('consumers')
  const say = (key: 'list.requests' | 'list.errors', count: number): string =>
    t(key, { count, number: count.toLocaleString(i18n.language) })
  return ({ requestCount, errorCount }) =>
    t('list.card', { requests: say('list.requests', requestCount), errors: say('list.errors', errorCount) })
}

import { useTranslation } from 'react-i18next'

/** The instant of an event to the second, by the clock of the reader: rows of a log are compared by it. The year is said where it is another. */
export function When({ at }: { at: string }) {
  const { i18n } = useTranslation()
  const time = new Date(at)
  const thisYear = time.getFullYear() === new Date().getFullYear()
  const words = time.toLocaleString(i18n.language, {
    month: 'short',
    day: 'numeric',
    ...(!thisYear && { year: 'numeric' }),
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
  return <time dateTime={at}>{words}</time>
}

import { Tooltip } from '@mantine/core'
import { useTranslation } from 'react-i18next'

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
]

/** A moment in the reader's language: how long ago, and on hovering or focus the exact time with its zone. */
export function Ago({ at }: { at: string }) {
  const { i18n } = useTranslation()
  const past = Date.parse(at) - Date.now()
  const [unit, size] = steps.find(([, length]) => Math.abs(past) >= length) ?? ['second', 1000]
  const words =
    Math.abs(past) > 30 * 86_400_000
      ? new Date(at).toLocaleDateString(i18n.language, { dateStyle: 'medium' })
      : new Intl.RelativeTimeFormat(i18n.language, { numeric: 'auto' }).format(Math.round(past / size), unit)
  return (
    <Tooltip label={<Moment at={at} />}>
      <time dateTime={at} tabIndex={0}>
        {words}
      </time>
    </Tooltip>
  )
}

/** A moment, to the second, in the reader's language and zone. */
export function Moment({ at }: { at: string }) {
  const { i18n } = useTranslation()
  const words = new Date(at).toLocaleString(i18n.language, { dateStyle: 'medium', timeStyle: 'long' })
  return <time dateTime={at}>{words}</time>
}

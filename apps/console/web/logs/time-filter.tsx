import './logs.css'
import { Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { periods, type Period, type Place } from './search.ts'

type Time = Pick<Place, 'last' | 'from' | 'to'>

/** Chooses the time: a period that ends now, or from and to by the clock of the reader. */
export function TimeFilter({ time, onChange }: { time: Time; onChange: (time: Time) => void }) {
  const { t } = useTranslation('logs')
  const [own, setOwn] = useState(Boolean(time.from ?? time.to))
  const choice = time.last ?? (own || time.from || time.to ? 'own' : 'any')
  return (
    <>
      <Select
        label={t('time.label')}
        allowDeselect={false}
        value={choice}
        data={['any', ...Object.keys(periods), 'own'].map((value) => ({ value, label: t(`time.${value}`) }))}
        onChange={(value) => {
          setOwn(value === 'own')
          const last = value !== 'any' && value !== 'own' ? (value as Period) : undefined
          onChange({ last, from: undefined, to: undefined })
        }}
      />
      {choice === 'own' &&
        (['from', 'to'] as const).map((name) => (
          <TextInput
            key={`${name} ${time[name] ?? ''}`}
            type="datetime-local"
            label={t(`time.${name}`)}
            defaultValue={toLocal(time[name])}
            onBlur={(event) => {
              const { value } = event.currentTarget
              const instant = value ? new Date(value).toISOString() : undefined
              if (value !== toLocal(time[name])) onChange({ ...time, last: undefined, [name]: instant })
            }}
          />
        ))}
    </>
  )
}

/** An instant as the input takes it: by the clock of the reader, to the minute. */
function toLocal(instant: string | undefined): string {
  if (!instant) return ''
  const time = new Date(instant)
  return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

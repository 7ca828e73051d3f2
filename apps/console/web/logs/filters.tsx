import { Button, Group, Select, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconFilter, IconFilterOff } from '@tabler/icons-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

/** A filter that is typed, or chosen from a list. */
export interface Filter {
  name: string
  label: string
  choices?: { value: string; label: string }[]
  inputMode?: 'numeric'
  placeholder?: string
}

/** The filters of a log. What is typed holds on Enter or on leaving the field. Those behind `more` are folded away until one is set. */
export function Filters({
  values,
  time,
  filters,
  more,
  onChange,
  onClear,
}: {
  values: Record<string, unknown>
  time: ReactNode
  filters: Filter[]
  more: Filter[]
  onChange: (name: string, value: string | undefined) => void
  onClear: () => void
}) {
  const { t } = useTranslation('logs')
  const isSet = ({ name }: Filter): boolean => values[name] !== undefined
  const [opened, { toggle }] = useDisclosure(more.some(isSet))
  const draw = (filter: Filter) => (
    <Field key={filter.name} filter={filter} value={values[filter.name]} onChange={onChange} />
  )
  return (
    <form role="search" aria-label={t('filters.label')} onSubmit={(event) => event.preventDefault()}>
      <div className="filters">
        {time}
        {filters.map(draw)}
        {opened && more.map(draw)}
        <Group gap="xs" className="ways">
          {more.length > 0 && (
            <Button
              variant="subtle"
              px="xs"
              leftSection={<IconFilter size={16} aria-hidden />}
              aria-expanded={opened}
              onClick={toggle}
            >
              {opened ? t('filters.fewer') : t('filters.more')}
            </Button>
          )}
          {Object.keys(values).length > 0 && (
            <Button
              variant="subtle"
              color="gray"
              px="xs"
              leftSection={<IconFilterOff size={16} aria-hidden />}
              onClick={onClear}
            >
              {t('filters.clear')}
            </Button>
          )}
        </Group>
      </div>
    </form>
  )
}

function Field({
  filter: { name, label, choices, inputMode, placeholder },
  value,
  onChange,
}: {
  filter: Filter
  value: unknown
  onChange: (name: string, value: string | undefined) => void
}) {
  const { t } = useTranslation('logs')
  const now = value === undefined ? '' : String(value)
  // What is typed is the field's own until the address says something else.
  const [typed, setTyped] = useState({ now, text: now })
  if (typed.now !== now) setTyped({ now, text: now })
  if (choices) {
    const known = now === '' || choices.some((each) => each.value === now)
    return (
      <Select
        label={label}
        placeholder={placeholder ?? t('filters.any')}
        clearable
        clearButtonProps={{ 'aria-label': t('filters.clearOne', { label }) }}
        searchable={choices.length > 8}
        nothingFoundMessage={t('filters.nothing')}
        data={known ? choices : [{ value: now, label: now }, ...choices]}
        value={now || null}
        onChange={(chosen) => onChange(name, chosen ?? undefined)}
      />
    )
  }
  const take = (): void => {
    if (typed.text.trim() !== now) onChange(name, typed.text.trim() || undefined)
  }
  return (
    <TextInput
      label={label}
      placeholder={placeholder ?? t('filters.any')}
      inputMode={inputMode}
      value={typed.text}
      onChange={(event) => setTyped({ now, text: event.currentTarget.value })}
      onBlur={take}
      onKeyDown={(event) => {
        if (event.key === 'Enter') take()
      }}
    />
  )
}
